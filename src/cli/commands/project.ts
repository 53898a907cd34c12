import { type Command, Option } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { MAX_ARCHIVE_DAYS, MIN_ARCHIVE_DAYS, MODES } from '../../domain/automation/rules.js'
import { addProject as addNew, changeProject, removeProject } from '../../domain/projects/commands.js'
import { getProject, listProjects } from '../../domain/projects/queries.js'
import type { ProjectChange } from '../../domain/projects/updates.js'
import { removal } from '../../jobs/removal.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { commandActor } from '../audit.js'
import { withContext } from '../open-context.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** Options of a project: name of the option, column, description. */
const TEXTS = [
  ['name', 'name', 'display name'],
  ['list-id', 'list_id', 'List-ID of its mailing list'],
  ['list-email', 'list_email', 'address of its mailing list'],
  ['web-url', 'web_url', 'URL of its home page'],
  ['scm-url', 'scm_url', 'URL to clone its repository'],
  ['webscm-url', 'webscm_url', 'URL to browse its repository'],
  ['list-archive-url', 'list_archive_url', 'URL of its list archive'],
  [
    'list-archive-url-format',
    'list_archive_url_format',
    'URL of a mail in the archive; {} stands for the message id',
  ],
  ['commit-url-format', 'commit_url_format', 'URL of a commit; {} stands for its hash'],
  [
    'required-contexts',
    'required_contexts',
    'contexts of checks that every patch needs, separated by commas',
  ],
  [
    'subject-match',
    'subject_match',
    'process only mail whose subject matches this RE2 pattern, for shared lists',
  ],
  ['list-view', 'list_view', 'what its list shows first: series or patches'],
] as const

const FLAGS = [
  ['send-notifications', 'send_notifications', 'notify submitters when the state of their patches changes'],
  ['show-dependencies', 'show_dependencies', 'show dependencies between series'],
  ['tags', 'use_tags', 'count Acked-by and other tags'],
] as const

const MODE_OPTIONS = [
  ['superseded', 'auto_superseded', 'supersede patches that a newer version replaces: off, suggest or on'],
  ['accepted', 'auto_accepted', 'accept patches that became commits of a tree: off, suggest or on'],
  ['archived', 'auto_archived', 'archive closed series that no longer change: off, suggest or on'],
] as const

/** Without these there is no project. */
const REQUIRED: ReadonlySet<string> = new Set(['name', 'list-id', 'list-email'])

type Options = Readonly<Record<string, string | boolean | number | undefined>>

/** `project add`, `edit`, `list` and `remove`. */
export function addProjectCommands(program: Command): void {
  const group = program.command('project').description('Manage projects; each has one mailing list.')
  const add = group.command('add <linkname>').description('Add a project.')
  for (const [option, , meaning] of TEXTS) {
    if (REQUIRED.has(option)) add.requiredOption(`--${option} <text>`, meaning)
    else add.option(`--${option} <text>`, meaning)
  }
  addModes(add)
  addFlags(add).action((linkName: string, options: Options) => addProject(linkName, options))
  const edit = group
    .command('edit <linkname>')
    .description('Change a project; omitted options keep their values.')
  edit.option('--link-name <linkname>', 'new name in URLs; the old URLs stop working')
  for (const [option, , meaning] of TEXTS) edit.option(`--${option} <text>`, meaning)
  addModes(edit)
  addFlags(edit).action((linkName: string, options: Options) => editProject(linkName, options))
  group
    .command('list')
    .description('List all projects with link name, name, List-ID and list address.')
    .action(() => withDatabase(list))
  group
    .command('remove <linkname>')
    .description('Remove a project with all its mail, patches, checks and events.')
    .option('--yes', 'confirm the removal, which cannot be undone')
    .action((linkName: string, { yes }: { yes?: boolean }) => remove(linkName, yes === true))
}

function addModes(command: Command): void {
  for (const [option, , meaning] of MODE_OPTIONS)
    command.addOption(new Option(`--${option} <mode>`, meaning).choices(MODES))
  command.option(
    '--archive-days <days>',
    'days without a change after which a closed series is archived',
    parseArchiveDays,
  )
}

function parseArchiveDays(text: string): number {
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (days < MIN_ARCHIVE_DAYS || days > MAX_ARCHIVE_DAYS)
    throw new Invalid(`--archive-days must be a number from ${MIN_ARCHIVE_DAYS} to ${MAX_ARCHIVE_DAYS}.`)
  return days
}

function addFlags(command: Command): Command {
  for (const [option, , meaning] of FLAGS)
    command.option(`--${option}`, meaning).option(`--no-${option}`, `the opposite of --${option}`)
  return command
}

/** The options as a change of our columns. */
function changeOf(options: Options): ProjectChange {
  const pairs = [...TEXTS, ...FLAGS, ...MODE_OPTIONS, ['archive-days', 'archive_days'] as const].map(
    ([option, column]) => [column, options[keyOf(option)]] as const,
  )
  const linkName = options.linkName === undefined ? [] : [['link_name', options.linkName] as const]
  return Object.fromEntries([...pairs, ...linkName].filter(([, value]) => value !== undefined))
}

/** As commander names the value of `--list-id`. */
function keyOf(option: string): string {
  return option.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function addProject(linkName: string, options: Options): Promise<void> {
  const change = changeOf(options) as Required<ProjectChange>
  return withDatabase(async (db) => {
    await reportTwin(db, () => addNew(db, commandActor(), { ...change, link_name: linkName }))
  })
}

function editProject(linkName: string, options: Options): Promise<void> {
  const change = changeOf(options)
  if (Object.keys(change).length === 0) throw new Invalid('Nothing to change; see --help for the options.')
  return withDatabase(async (db) => {
    const project = await getProject(db, linkName)
    await reportTwin(db, () => changeProject(db, commandActor(), project.id, change))
  })
}

/** Runs a write; a violated unique constraint becomes Conflict. */
async function reportTwin(db: Database, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!capabilities(db).isUniqueViolation(error)) throw error
    throw new Conflict('Another project has that name, that link name, or that list with that subject match.')
  }
}

async function list(db: Database): Promise<void> {
  const projects = await listProjects(db)
  printTable(
    projects.map(({ link_name, name, list_id, list_email, removed }) => [
      link_name,
      name,
      list_id,
      list_email,
      removed === null ? '' : 'is being removed',
    ]),
  )
}

function remove(linkName: string, isMeant: boolean): Promise<void> {
  return withContext(async (context) => {
    const { db } = context
    const { id } = await getProject(db, linkName)
    if (!isMeant) throw new Invalid(`All data of '${linkName}' would be deleted; add --yes to confirm.`)
    await removeProject(db, commandActor(), id)
    // If this is interrupted, `serve` and `cron` complete the removal.
    await removal.run(context, new AbortController().signal)
  })
}
