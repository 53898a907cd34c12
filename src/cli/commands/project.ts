import type { Command } from 'commander'
import { Conflict, Invalid } from '../../errors.js'
import { insertMaintainer } from '../../store/maintainer.js'
import { findProject, getProject, insertDelegationRule, insertProject } from '../../store/project.js'
import { getUser } from '../../store/user.js'
import { withDatabase } from '../database.js'

interface ProjectOptions {
  name: string
  listId: string
  listEmail: string
  webUrl?: string
  scmUrl?: string
  webscmUrl?: string
  listArchiveUrl?: string
  listArchiveUrlFormat?: string
  commitUrlFormat?: string
  subjectMatch?: string
  sendNotifications?: boolean
  showDependencies?: boolean
  tags: boolean
}

/** `project add`, `maintainer add` and `delegation add`. */
export function addProjectCommands(program: Command): void {
  addProjectCommand(program.command('project').description('Projects: one for each mailing list.'))
  program
    .command('maintainer')
    .description('Who looks after a project.')
    .command('add <linkname> <username>')
    .description('Let a user maintain a project.')
    .action((linkName: string, username: string) =>
      withDatabase(async (db) => {
        const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
        await insertMaintainer(db, project.id, user.id)
      }),
    )
  addDelegationCommand(program.command('delegation').description('Who gets the patches to which files.'))
}

function addProjectCommand(group: Command): void {
  group
    .command('add <linkname>')
    .description('Add a project.')
    .requiredOption('--name <name>', 'its name, for people')
    .requiredOption('--list-id <id>', 'the id in the List-ID header of its mails')
    .requiredOption('--list-email <address>', 'the address that mail is sent to')
    .option('--web-url <url>', 'its home page')
    .option('--scm-url <url>', 'where to clone it from')
    .option('--webscm-url <url>', 'where to browse its source')
    .option('--list-archive-url <url>', "its list's archive")
    .option('--list-archive-url-format <url>', 'where the archive has a mail; {} stands for the message id')
    .option('--commit-url-format <url>', 'where to see a commit; {} stands for its hash')
    .option('--subject-match <pattern>', 'take only mail whose subject matches (RE2), of a shared list')
    .option('--send-notifications', 'mail submitters when the state of their patch changes')
    .option('--show-dependencies', 'show what series depend on')
    .option('--no-tags', 'do not count Acked-by and other tags')
    .action((linkName: string, options: ProjectOptions) => addProject(linkName, options))
}

function addProject(linkName: string, options: ProjectOptions): Promise<void> {
  if (!/^[\w.-]+$/.test(linkName))
    throw new Invalid('A link name is made of letters, digits, dots, hyphens and underscores.')
  return withDatabase(async (db) => {
    if (await findProject(db, linkName)) throw new Conflict(`There is a project '${linkName}' already.`)
    await insertProject(db, {
      link_name: linkName,
      name: options.name,
      list_id: options.listId,
      list_email: options.listEmail,
      web_url: options.webUrl ?? '',
      scm_url: options.scmUrl ?? '',
      webscm_url: options.webscmUrl ?? '',
      list_archive_url: options.listArchiveUrl ?? '',
      list_archive_url_format: options.listArchiveUrlFormat ?? '',
      commit_url_format: options.commitUrlFormat ?? '',
      subject_match: options.subjectMatch ?? '',
      send_notifications: options.sendNotifications ?? false,
      show_dependencies: options.showDependencies ?? false,
      use_tags: options.tags,
    })
  })
}

function addDelegationCommand(group: Command): void {
  group
    .command('add <linkname> <pattern> <username>')
    .description('Delegate patches to a user if all their files match; * in the pattern crosses slashes.')
    .option('--priority <number>', 'rules of higher priority come first', '0')
    .action((linkName: string, path: string, username: string, { priority }: { priority: string }) => {
      if (!/^-?\d{1,9}$/.test(priority)) throw new Invalid('The priority must be a whole number.')
      return withDatabase(async (db) => {
        const [project, user] = [await getProject(db, linkName), await getUser(db, username)]
        const rule = { project_id: project.id, user_id: user.id, path, priority: Number(priority) }
        await insertDelegationRule(db, rule)
      })
    })
}
