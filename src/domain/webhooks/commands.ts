import { canManageWebhooks } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Invalid } from '../../util/errors.js'
import { makeResolver, networkProblem } from '../../util/resolve.js'
import { momentOf, timeAfter } from '../../util/time.js'
import { type Actor, type Input, readInput, requirePermission } from '../actor.js'
import { recordChange } from '../audit/updates.js'
import type { Project } from '../projects/queries.js'
import { type EventPosition, findNextEvent, newestEvents, positionOf } from './pending.js'
import { getDelivery, getWebhookRow, readCategories, type WebhookRow, webhooksOf } from './queries.js'
import {
  MAX_WEBHOOKS,
  newSecret,
  oldestEvent,
  ROTATION_MS,
  requireWebhookRules,
  type WebhookFields,
} from './rules.js'
import { deleteWebhook, insertWebhook, replaceSecret, requestResend, updateWebhook } from './updates.js'

/** Webhooks as maintainers change them: each change with its line in the audit trail. */

type Named = Pick<Project, 'id'>

/** A new secret, which is shown once. */
export interface CreatedSecret {
  readonly id: number
  readonly secret: string
}

/** Where a webhook is saved. */
export interface Place {
  /** Networks that are not public and that the operator allows webhooks to lead to. */
  readonly networks: readonly string[]
  /** The public URL of the site; empty where it is not known. */
  readonly site: string
}

/**
 * Makes a webhook, which receives the events of a project from now on. Throws Forbidden; Invalid for fields that cannot
 * be and for a URL that leads to a refused network; Conflict for a project with too many webhooks.
 */
export async function createWebhook(
  database: Database,
  actor: Actor,
  { id: projectId }: Named,
  input: Input<WebhookFields>,
  { networks, site }: Place,
): Promise<CreatedSecret> {
  // Before the input is read and the host is looked up, which takes time and must not happen in a transaction.
  await requireManage(database, actor, projectId)
  const fields = await readInput(database, input)
  requireWebhookRules(fields)
  await requireReachable(fields.address, networks)
  return await transaction(database, async (db) => {
    await requireManage(db, actor, projectId)
    if ((await webhooksOf(db, projectId)).length >= MAX_WEBHOOKS)
      throw new Conflict(`A project has at most ${MAX_WEBHOOKS} webhooks.`)
    const secret = newSecret()
    const row = { projectId, userId: actor.id, madeBy: actor.name, created: actor.time, secret, site }
    const id = await insertWebhook(db, { ...fields, ...row })
    const after = auditFields(fields)
    await recordChange(db, actor, { action: 'add', kind: 'webhook', name: fields.address, projectId, after })
    return { id, secret }
  })
}

/** Changes a webhook; fields that are left out stay. Throws NotFound, and otherwise as above. */
export async function changeWebhook(
  database: Database,
  actor: Actor,
  { id: projectId }: Named,
  id: number,
  input: Input<Partial<WebhookFields>>,
  { networks, site }: Place,
): Promise<void> {
  await requireManage(database, actor, projectId)
  const known = fieldsOf(await getWebhookRow(database, projectId, id))
  const change = await readInput(database, input)
  requireWebhookRules(change, known)
  if (change.address !== undefined && change.address !== known.address)
    await requireReachable(change.address, networks)
  await transaction(database, async (db) => {
    await requireManage(db, actor, projectId)
    const row = await getWebhookRow(db, projectId, id)
    const before = fieldsOf(row)
    const after = { ...before, ...change }
    const isMoved = after.address !== before.address
    await updateWebhook(
      db,
      id,
      { ...change, ...(isMoved && site !== '' ? { site } : {}) },
      {
        isUntried: isMoved || (after.active && !before.active),
        position: await positionFor(db, row, after, actor),
      },
    )
    await recordChange(db, actor, {
      action: 'change',
      kind: 'webhook',
      name: before.address,
      projectId,
      before: auditFields(before),
      after: auditFields(after),
    })
  })
}

/**
 * The events that no longer concern a webhook whose categories change: all so far, unless some wait to be sent. Events
 * of a new category from before the change are not sent.
 */
async function positionFor(
  db: Database,
  row: WebhookRow,
  after: WebhookFields,
  actor: Actor,
): Promise<EventPosition | undefined> {
  if (JSON.stringify(after.categories) === JSON.stringify(readCategories(row))) return undefined
  const newest = await newestEvents(db)
  const { next } = await findNextEvent(db, row, positionOf(row), newest, oldestEvent(actor.time))
  return next ? undefined : newest
}

/** Removes a webhook with its deliveries. Throws Forbidden and NotFound. */
export async function removeWebhook(
  database: Database,
  actor: Actor,
  { id: projectId }: Named,
  id: number,
): Promise<void> {
  await transaction(database, async (db) => {
    await requireManage(db, actor, projectId)
    const fields = fieldsOf(await getWebhookRow(db, projectId, id))
    await deleteWebhook(db, id)
    const before = auditFields(fields)
    await recordChange(db, actor, {
      action: 'remove',
      kind: 'webhook',
      name: fields.address,
      projectId,
      before,
    })
  })
}

/**
 * Gives a webhook a new secret. The one before it signs as well for a day; one from before that does no more. Throws
 * Forbidden and NotFound.
 */
export async function rotateSecret(
  database: Database,
  actor: Actor,
  { id: projectId }: Named,
  id: number,
): Promise<CreatedSecret> {
  return await transaction(database, async (db) => {
    await requireManage(db, actor, projectId)
    const row = await getWebhookRow(db, projectId, id)
    const secret = newSecret()
    await replaceSecret(db, row, secret, timeAfter(momentOf(actor.time), ROTATION_MS))
    await recordChange(db, actor, {
      action: 'change',
      kind: 'webhook',
      name: row.address,
      projectId,
      before: { secret: row.secret },
      after: { secret },
    })
    return { id, secret }
  })
}

/**
 * Has a delivery sent again, once. Its webhook may be switched off: so its maintainers see whether the receiver works.
 * Throws Forbidden and NotFound.
 */
export async function resendDelivery(
  database: Database,
  actor: Actor,
  { id: projectId }: Named,
  webhook: number,
  id: number,
): Promise<void> {
  await transaction(database, async (db) => {
    await requireManage(db, actor, projectId)
    const { address } = await getWebhookRow(db, projectId, webhook)
    const { id: delivery, event_id, kind } = await getDelivery(db, webhook, id)
    await requestResend(db, delivery, actor.time)
    const after = { [kind === 'event' ? 'event' : 'series_event']: event_id }
    await recordChange(db, actor, { action: 'retry', kind: 'webhook', name: address, projectId, after })
  })
}

async function requireManage(db: Database, actor: Actor, id: number): Promise<void> {
  await requirePermission(db, actor, 'webhooks', (viewer) => canManageWebhooks(viewer, { id }))
}

/** Throws Invalid for a URL that leads to a refused network. */
async function requireReachable(address: string, networks: readonly string[]): Promise<void> {
  const problem = await networkProblem(makeResolver(networks), new URL(address))
  if (problem !== undefined) throw new Invalid(problem, { address: [problem] })
}

function fieldsOf(row: WebhookRow): WebhookFields {
  return { address: row.address, categories: readCategories(row), active: row.active === 1 }
}

function auditFields({ categories, ...fields }: WebhookFields) {
  return { ...fields, categories: categories?.join(', ') ?? 'all' }
}
