import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import type { Database } from '../../db/schema.js'
import { CATEGORIES } from '../../domain/events/categories.js'
import { getProject, type Project } from '../../domain/projects/queries.js'
import {
  changeWebhook,
  createWebhook,
  type Place,
  removeWebhook,
  resendDelivery,
  rotateSecret,
} from '../../domain/webhooks/commands.js'
import { getWebhook, listDeliveries, stateOf, webhooksOf } from '../../domain/webhooks/queries.js'
import { Invalid } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { commandActor } from '../audit.js'
import { withDatabase } from '../open-database.js'
import { printTable } from '../table.js'

/** The newest deliveries that are listed. */
const MAX_LISTED = 50

const ALL = 'all'

interface Change {
  address?: string
  categories?: string
  active?: boolean
}

/** `webhook add`, `list`, `change`, `remove`, `rotate`, `deliveries` and `resend`. */
export function addWebhookCommands(program: Command): void {
  const group = program
    .command('webhook')
    .description('Manage URLs that receive the events of projects as they happen.')
  addCommandOfAdding(group)
  addChanges(group)
  group
    .command('list <linkname>')
    .description('List the webhooks of a project: number, state, URL, categories and last error.')
    .action((linkName: string) => withProject(linkName, list))
  group
    .command('deliveries <linkname> <number>')
    .description(
      `List the newest ${MAX_LISTED} deliveries: number, event, category, state, status, tries, end.`,
    )
    .action((linkName: string, number: string) =>
      withProject(linkName, async (db, { id }) => await deliveries(db, id, numberOf(number, 'webhook'))),
    )
  group
    .command('resend <linkname> <number> <delivery>')
    .description('Send an event again, once.')
    .action((linkName: string, number: string, delivery: string) =>
      withProject(linkName, async (db, project) => {
        const [webhook, id] = [numberOf(number, 'webhook'), numberOf(delivery, 'delivery')]
        await resendDelivery(db, commandActor(), project, webhook, id)
      }),
    )
}

const CATEGORIES_HELP = `the categories of the events to send, separated by commas: ${CATEGORIES.join(', ')}`

function addCommandOfAdding(group: Command): void {
  group
    .command('add <linkname> <url>')
    .description('Add a webhook and print its secret; it is never shown again.')
    .option('--categories <categories>', `${CATEGORIES_HELP}; by default all`)
    .option('--inactive', 'do not send events yet')
    .action((linkName: string, address: string, options: { categories?: string; inactive?: boolean }) =>
      withProject(linkName, async (db, project) => {
        const fields = { address, categories: readCategories(options.categories ?? ALL) }
        const active = options.inactive !== true
        const created = await createWebhook(db, commandActor(), project, { ...fields, active }, place())
        console.log(created.secret)
      }),
    )
}

function addChanges(group: Command): void {
  group
    .command('change <linkname> <number>')
    .description('Change a webhook. When reactivated, it continues after the last event that it received.')
    .option('--address <url>', 'where events are sent to')
    .option('--categories <categories>', `${CATEGORIES_HELP}; ${ALL} for all`)
    .option('--active', 'send events')
    .option('--no-active', 'do not send events; they wait for up to 30 days')
    .action((linkName: string, number: string, options: Change) =>
      withProject(linkName, async (db, project) => {
        const { categories: names, ...fields } = options
        const change = names === undefined ? fields : { ...fields, categories: readCategories(names) }
        await changeWebhook(db, commandActor(), project, numberOf(number, 'webhook'), change, place())
      }),
    )
  group
    .command('remove <linkname> <number>')
    .description('Remove a webhook and its deliveries.')
    .action((linkName: string, number: string) =>
      withProject(linkName, (db, project) =>
        removeWebhook(db, commandActor(), project, numberOf(number, 'webhook')),
      ),
    )
  group
    .command('rotate <linkname> <number>')
    .description(
      'Give a webhook a new secret and print it; for a day deliveries are also signed with the old one.',
    )
    .action((linkName: string, number: string) =>
      withProject(linkName, async (db, project) => {
        console.log((await rotateSecret(db, commandActor(), project, numberOf(number, 'webhook'))).secret)
      }),
    )
}

function withProject(
  linkName: string,
  work: (db: Database, project: Project) => Promise<void>,
): Promise<void> {
  return withDatabase(async (db) => await work(db, await getProject(db, linkName)))
}

function place(): Place {
  const { publicUrl, webhookNetworks } = readConfig(process.env)
  return { site: publicUrl ?? '', networks: webhookNetworks }
}

async function list(db: Database, { id }: Project): Promise<void> {
  printTable(
    (await webhooksOf(db, id)).map((webhook) => [
      String(webhook.id),
      stateOf(webhook),
      webhook.address,
      webhook.categories?.join(',') ?? ALL,
      webhook.reason ?? '',
    ]),
  )
}

async function deliveries(db: Database, project: number, webhook: number): Promise<void> {
  await getWebhook(db, project, webhook)
  printTable(
    (await listDeliveries(db, webhook, MAX_LISTED)).map((delivery) => [
      String(delivery.id),
      String(delivery.event_id),
      delivery.category,
      delivery.state,
      delivery.status === null ? '-' : String(delivery.status),
      String(delivery.attempts),
      delivery.finished?.slice(0, 19) ?? '-',
      delivery.reason ?? '',
    ]),
  )
}

function readCategories(text: string): string[] | null {
  if (text.trim() === ALL) return null
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

function numberOf(text: string, what: string): number {
  const id = parseId(text)
  if (id === undefined) throw new Invalid(`'${text}' is not the number of a ${what}.`)
  return id
}
