import type { Database } from '../../db/schema.js'

/** Whether an address wants no mail about patches; its case does not matter. */
export async function isOptedOut(db: Database, email: string): Promise<boolean> {
  const rows = await db
    .selectFrom('opt_outs')
    .select('email')
    .where('email', 'in', [email, email.toLowerCase()])
    .limit(1)
    .execute()
  return rows.length > 0
}

/** From now on an address gets no mail about patches. */
export async function insertOptOut(db: Database, email: string): Promise<void> {
  await db
    .insertInto('opt_outs')
    .values({ email: email.toLowerCase() })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** From now on an address gets mail about patches again. */
export async function deleteOptOut(db: Database, email: string): Promise<void> {
  await db.deleteFrom('opt_outs').where('email', 'in', [email, email.toLowerCase()]).execute()
}

/** Those of some addresses that want no mail, in lower case. */
export async function listOptedOut(db: Database, emails: readonly string[]): Promise<ReadonlySet<string>> {
  if (emails.length === 0) return new Set()
  const rows = await db
    .selectFrom('opt_outs')
    .select('email')
    .where('email', 'in', [...new Set(emails.flatMap((email) => [email, email.toLowerCase()]))])
    .execute()
  return new Set(rows.map(({ email }) => email.toLowerCase()))
}
