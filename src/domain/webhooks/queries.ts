import type { Selectable } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { type Clauses, compare } from '../../db/filter.js'
import { idLister } from '../../db/pagination.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { WebhookDeliveryTable, WebhookTable } from '../../db/webhook-tables.js'
import { NotFound } from '../../util/errors.js'

/** A webhook with its secrets: only what signs reads them. */
export type WebhookRow = Selectable<WebhookTable>

export type Delivery = Selectable<WebhookDeliveryTable>

/** A webhook as its maintainers see it. */
export interface Webhook
  extends Omit<
    WebhookRow,
    'secret' | 'previous_secret' | 'categories' | 'active' | 'lease' | 'leased' | 'site'
  > {
  /** Null: all. */
  readonly categories: readonly string[] | null
  readonly active: boolean
}

const ofProject = prepare<{ project: number }, WebhookRow>((db, { project }) =>
  db.selectFrom('webhooks').selectAll().where('project_id', '=', project).orderBy('id'),
)

/** The webhooks of a project, the oldest first. */
export async function webhooksOf(db: Database, project: number): Promise<Webhook[]> {
  return (await ofProject(db, { project })).map(toWebhook)
}

/** A webhook of a project. Throws NotFound. */
export async function getWebhook(db: Database, project: number, id: number): Promise<Webhook> {
  return toWebhook(await getWebhookRow(db, project, id))
}

/** The same, with its secrets. */
export async function getWebhookRow(db: Database, project: number, id: number): Promise<WebhookRow> {
  const row = await db
    .selectFrom('webhooks')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', project)
    .executeTakeFirst()
  if (!row) throw new NotFound('No Webhook matches the given query.')
  return row
}

function toWebhook({
  secret: _secret,
  previous_secret: _previous,
  lease: _lease,
  leased: _leased,
  site: _site,
  ...row
}: WebhookRow): Webhook {
  return { ...row, categories: readCategories(row), active: row.active === 1 }
}

/** The categories of a webhook, as `updates.ts` writes them. */
export function readCategories({ categories }: Pick<WebhookRow, 'categories'>): string[] | null {
  return categories === null ? null : (JSON.parse(categories) as string[])
}

/** Filter of deliveries; undefined fields match everything. */
export interface DeliveryFilter {
  readonly webhook?: number | undefined
}

const CLAUSES: Clauses<DeliveryFilter> = {
  webhook: (id) => compare('webhook_id', '=', id),
}

/** The ids of one page of deliveries, and the total number. */
export const listDeliveryIds = idLister('webhook_deliveries', CLAUSES, { id: 'id', created: 'created' })

/** Deliveries by id. */
export const deliveriesById = byIds<Delivery>((db, ids) =>
  db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where((eb) => capabilities(db).anyOf(eb.ref('id'), ids)),
)

/** The newest deliveries of a webhook. */
export async function listDeliveries(db: Database, webhook: number, limit: number): Promise<Delivery[]> {
  return await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('webhook_id', '=', webhook)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** A delivery of a webhook. Throws NotFound. */
export async function getDelivery(db: Database, webhook: number, id: number): Promise<Delivery> {
  const [delivery] = await deliveriesById(db, [id])
  if (delivery?.webhook_id !== webhook) throw new NotFound('No WebhookDelivery matches the given query.')
  return delivery
}

/** How many webhooks are in each state. */
export async function countWebhooks(db: Database): Promise<Record<WebhookState, number>> {
  const rows = await db.selectFrom('webhooks').select(['active', 'disabled', 'failing_since']).execute()
  const counts = { active: 0, failing: 0, off: 0, disabled: 0 }
  for (const row of rows) counts[stateOf({ ...row, active: row.active === 1 })]++
  return counts
}

export type WebhookState = 'active' | 'failing' | 'off' | 'disabled'

/** What a webhook does: `off` by its maintainers, `disabled` by the server after failures. */
export function stateOf({
  active,
  disabled,
  failing_since,
}: Pick<Webhook, 'active' | 'disabled' | 'failing_since'>): WebhookState {
  if (active) return failing_since === null ? 'active' : 'failing'
  return disabled === null ? 'off' : 'disabled'
}
