import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Forbidden } from '../../errors.js'
import { canAdminister } from '../../policy.js'
import { type Change, recordChange } from '../../store/audit.js'
import { addOwnForm, addOwnPage, type OwnVisit } from '../own.js'
import type { Mount } from '../visit.js'

/** A page for those who run the site. */
export function addAdminPage(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit) => Promise<VNode | FastifyReply>,
): void {
  addOwnPage(mount, path, async (visit) => {
    requireAdministrator(visit)
    return await handler(visit)
  })
}

/** A form for those who run the site. */
export function addAdminForm(
  mount: Mount,
  path: string,
  handler: (visit: OwnVisit, form: URLSearchParams) => Promise<VNode | FastifyReply>,
): void {
  addOwnForm(mount, path, async (visit, form) => {
    requireAdministrator(visit)
    return await handler(visit, form)
  })
}

/** Throws Forbidden for whoever does not run the site. */
export function requireAdministrator({ viewer }: OwnVisit): void {
  if (!canAdminister(viewer)) throw new Forbidden()
}

/** Makes a change and notes in the audit trail, in the same transaction, what `work` says it was. */
export async function audited(
  { db: database, viewer, now }: OwnVisit,
  work: (db: Database) => Promise<Change | undefined>,
): Promise<void> {
  await transaction(database, async (db) => {
    const change = await work(db)
    const actor = { id: viewer.id, name: viewer.username, way: 'page', time: now } as const
    if (change) await recordChange(db, actor, change)
  })
}
