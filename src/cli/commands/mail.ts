import { type Command, InvalidArgumentError } from 'commander'
import type { Database } from '../../db/schema.js'
import { type JournalEntry, MAIL_OUTCOMES, type MailOutcome } from '../../domain/mails/journal.js'
import { getMail, listMails, listSameMessageId, type MailFilter } from '../../domain/mails/list.js'
import { getProject } from '../../domain/projects/queries.js'
import { readMail } from '../../receive/journal/journal.js'
import { retryMail } from '../../receive/journal/retry.js'
import { Invalid } from '../../util/errors.js'
import { printable } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'

interface FilterOptions {
  outcome?: MailOutcome
  since?: string
  project?: string
  messageId?: string
  flagged?: boolean
}

/** `mail list`, `mail show` and `mail retry`: the journal of all mail that reached us. */
export function addJournalCommands(program: Command): void {
  const group = program.command('mail').description('Inspect the journal of all received mail.')
  withFilters(group.command('list'))
    .description('List mails, newest first.')
    .option('--limit <number>', 'maximum number of mails', parseCount, 50)
    .option('--json', 'print JSON, one mail per line')
    .action((options: FilterOptions & { limit: number; json?: boolean }) =>
      withDatabase((db) => list(db, options)),
    )
  group
    .command('show')
    .argument('<id>', 'id of the mail in the journal', parseCount)
    .description('Show a mail and its outcome.')
    .option('--raw', 'print the received mail itself')
    .action((id: number, { raw }: { raw?: boolean }) =>
      withDatabase((db) => (raw ? printRaw(db, id) : show(db, id))),
    )
  withFilters(group.command('retry'))
    .argument('[ids...]', 'ids of the mails in the journal', collectCounts)
    .description('Process mails again: the given ids, or all mails that match the filters.')
    .action((ids: number[] | undefined, options: FilterOptions) =>
      withDatabase((db) => retry(db, ids ?? [], options)),
    )
}

function withFilters(command: Command): Command {
  return command
    .option('--outcome <outcome>', `only mails with this outcome: ${MAIL_OUTCOMES.join(', ')}`, parseOutcome)
    .option(
      '--since <date>',
      'only mails received since this time, such as 2026-11-23 or 2026-11-23T10:00',
      parseDate,
    )
    .option('--project <linkname>', 'only mails of this project')
    .option('--message-id <id>', 'only mails with this Message-Id')
    .option(
      '--flagged',
      'only flagged mails: different mails with the same Message-Id, or mails deleted at their source',
    )
}

function parseOutcome(text: string): MailOutcome {
  const outcome = MAIL_OUTCOMES.find((each) => each === text)
  if (!outcome) throw new InvalidArgumentError(`The outcome must be one of ${MAIL_OUTCOMES.join(', ')}.`)
  return outcome
}

function parseDate(text: string): string {
  const form = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/
  if (!form.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('The time must be a date such as 2026-11-23 or 2026-11-23T10:00, in UTC.')
  return text
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a number.`)
  return Number(text)
}

function collectCounts(text: string, before: number[] = []): number[] {
  return [...before, parseCount(text)]
}

async function filterOf(db: Database, options: FilterOptions): Promise<MailFilter> {
  const { outcome, since, project, messageId, flagged } = options
  return {
    outcome,
    since,
    project: project === undefined ? undefined : (await getProject(db, project)).id,
    msgid: messageId && (messageId.startsWith('<') ? messageId : `<${messageId}>`),
    isFlagged: flagged,
  }
}

async function list(
  db: Database,
  { limit, json, ...options }: FilterOptions & { limit: number; json?: boolean },
): Promise<void> {
  const { mails, total } = await listMails(db, await filterOf(db, options), { limit, offset: 0 })
  for (const mail of mails) console.log(json ? JSON.stringify(mail) : line(mail))
  if (!json && total > mails.length) console.log(`… and ${total - mails.length} more`)
}

function line({ id, received, source, outcome, flag, subject, msgid, reason }: JournalEntry): string {
  const what = printable(subject ?? msgid ?? '(not read yet)')
  const why = reason === null ? '' : `\n      ${printable(reason)}`
  return `${id}  ${received.slice(0, 19)}  ${source}  ${outcome}${flag ? ` (${flag})` : ''}  ${what}${why}`
}

async function show(db: Database, id: number): Promise<void> {
  const mail = await getMail(db, id)
  const others = await listSameMessageId(db, mail)
  const fields: [string, string | number | null][] = [
    ['Mail', mail.id],
    ['Received', `${mail.received} (${mail.source}, ${mail.size} bytes)`],
    ['List', mail.list_id || null],
    ['From', mail.sender],
    ['Subject', mail.subject],
    ['Message-Id', mail.msgid],
    ['Outcome', mail.outcome],
    ['Reason', mail.reason],
    ['Flag', mail.flag],
    ['Project', mail.project_id],
    ['Patch', mail.patch_id],
    ['Cover', mail.cover_id],
    ['Comment', mail.comment_id],
    ['Same Message-Id', others.map((other) => other.id).join(', ') || null],
  ]
  for (const [name, value] of fields) if (value !== null) console.log(`${name}: ${printable(String(value))}`)
}

async function printRaw(db: Database, id: number): Promise<void> {
  await getMail(db, id)
  const bytes = await readMail(db, id)
  if (bytes) process.stdout.write(bytes)
}

/** How many mails are asked for at once. */
const PAGE = 500

async function retry(db: Database, numbers: readonly number[], options: FilterOptions): Promise<void> {
  const isFiltered = Object.keys(options).length > 0
  if (numbers.length === 0 && !isFiltered)
    throw new Invalid('Give the ids of mails, or --outcome, --since, --project or --message-id.')
  if (numbers.length > 0 && isFiltered) throw new Invalid('Give ids or filters, not both.')
  const ids = numbers.length > 0 ? numbers : await listAll(db, await filterOf(db, options))
  for (const id of ids) {
    const processed = await retryMail(db, commandActor(), id, new Date())
    const what = 'id' in processed ? String(processed.id) : printable(processed.reason)
    console.log(`mail ${id}: ${processed.kind}${'id' in processed ? ' ' : ': '}${what}`)
  }
}

/** The ids of all mails that match a filter, in the order of their arrival. */
async function listAll(db: Database, filter: MailFilter): Promise<number[]> {
  const ids: number[] = []
  for (;;) {
    const { mails } = await listMails(db, filter, { limit: PAGE, offset: ids.length })
    ids.push(...mails.map(({ id }) => id))
    if (mails.length < PAGE) return ids.toReversed()
  }
}
