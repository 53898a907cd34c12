import { type Command, InvalidArgumentError } from 'commander'
import type { Database } from '../../db/schema.js'
import { cancelOutgoing, retryOutgoing } from '../../domain/outbox/commands.js'
import {
  getMail,
  isOutboxState,
  listMail,
  OUTBOX_STATES,
  type OutboxState,
} from '../../domain/outbox/queries.js'
import { NotFound } from '../../util/errors.js'
import { printable } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** `outbox list`, `show`, `retry` and `cancel`: the mail that Patchwork sends. */
export function addOutboxCommands(program: Command): void {
  const group = program.command('outbox').description('Inspect the mail that Patchwork sends.')
  group
    .command('list')
    .description('List mail that is waiting or was given up, newest first.')
    .option('--state <state>', `only mail in this state: ${OUTBOX_STATES.join(', ')}`, parseState)
    .option('--limit <number>', 'maximum number of mails', parseNumber, 50)
    .action(({ state, limit }: { state?: OutboxState; limit: number }) =>
      withDatabase((db) => list(db, state ? [state] : ['failed', 'waiting', 'sending'], limit)),
    )
  group
    .command('show <number>')
    .description('Show the state of a mail, without its text, which may contain secret links.')
    .action((id: string) => withDatabase((db) => show(db, parseNumber(id))))
  group
    .command('retry <ids...>')
    .description('Send mails again that are waiting or were given up.')
    .action((ids: string[]) => withDatabase((db) => each(db, ids, retryOutgoing, 'waits or was given up')))
  group
    .command('cancel <ids...>')
    .description('Cancel waiting mails: they are not sent.')
    .action((ids: string[]) => withDatabase((db) => each(db, ids, cancelOutgoing, 'waits')))
}

function parseState(text: string): OutboxState {
  if (!isOutboxState(text))
    throw new InvalidArgumentError(`The state must be one of ${OUTBOX_STATES.join(', ')}.`)
  return text
}

function parseNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a number.`)
  return Number(text)
}

async function list(db: Database, states: readonly OutboxState[], limit: number): Promise<void> {
  const mails = await listMail(db, states, limit)
  printTable(
    mails.map(({ id, created, state, attempts, recipient, subject, reason }) => [
      String(id),
      created.slice(0, 19),
      state,
      `${attempts} tries`,
      recipient,
      subject,
      reason ?? '',
    ]),
  )
}

async function show(db: Database, id: number): Promise<void> {
  const { kind, created, recipient, subject, state, attempts, due, finished, reason } = await getMail(db, id)
  const fields: [string, string | number | null][] = [
    ['Mail', id],
    ['Kind', kind],
    ['Made', created],
    ['To', recipient],
    ['Subject', subject],
    ['State', state],
    ['Tries', attempts],
    ['Due', due],
    ['Ended', finished],
    ['Reason', reason],
  ]
  for (const [name, value] of fields) if (value !== null) console.log(`${name}: ${printable(String(value))}`)
}

async function each(
  db: Database,
  texts: readonly string[],
  change: typeof retryOutgoing,
  which: string,
): Promise<void> {
  for (const id of texts.map(parseNumber))
    if (!(await change(db, commandActor(), id))) throw new NotFound(`No mail ${id} of the outbox ${which}.`)
}
