import type { Viewer } from '../auth/permissions.js'
import { prepare } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'
import { Forbidden } from '../util/errors.js'

/** Who makes a change, through which face, and when. */
export interface Actor {
  /** The account; null at the command line, for a mail, and for an address that was confirmed by mail. */
  readonly id: number | null
  readonly name: string
  readonly way: 'page' | 'API' | 'command line' | 'background' | 'mail'
  readonly time: Time
}

/** The shell's user may do everything, and so may the program itself. */
const OPERATORS: ReadonlySet<Actor['way']> = new Set(['command line', 'background', 'mail'])

/** What incoming mail changes of patches that came before. */
export function mailActor(time: Time): Actor {
  return { id: null, name: 'mail', way: 'mail', time }
}

/** An account as the rules of `auth/permissions` know it. */
export type Authority = NonNullable<Viewer> & { readonly is_superuser: number }

/** Says whether a rule of `auth/permissions` allows the actor something. */
export type Permit = (isAllowed: (viewer: Authority) => boolean) => boolean

const rightsOf = prepare<{ id: number }, { is_superuser: number; project_id: number | null }>((db, { id }) =>
  db
    .selectFrom('users')
    .leftJoin('maintainers', 'maintainers.user_id', 'users.id')
    .select(['users.is_superuser', 'maintainers.project_id'])
    .where('users.id', '=', id)
    .where('users.is_active', '=', 1),
)

/**
 * What an actor may do, to be read in the transaction that writes: what the request read before may have changed
 * since. A closed or removed account may do nothing; operators may do everything.
 */
export async function permissionsOf(db: Database, actor: Actor): Promise<Permit> {
  if (OPERATORS.has(actor.way)) return () => true
  const rows = actor.id === null ? [] : await rightsOf(db, { id: actor.id })
  const [account] = rows
  if (actor.id === null || account === undefined) return () => false
  const maintains = new Set(rows.flatMap(({ project_id }) => project_id ?? []))
  const authority = { id: actor.id, maintains, is_superuser: account.is_superuser }
  return (isAllowed) => isAllowed(authority)
}

/** Throws Forbidden unless the rule allows it to the actor, as of the transaction of `db`. */
export async function requirePermission(
  db: Database,
  actor: Actor,
  isAllowed: (viewer: Authority) => boolean,
  refusal?: string,
): Promise<void> {
  const permit = await permissionsOf(db, actor)
  if (!permit(isAllowed)) throw new Forbidden(refusal)
}

/**
 * What a command is to write: a value, or a function that reads it within the transaction once the permission is
 * checked, so that those who are refused learn nothing about the rest of what they sent.
 */
export type Input<T> = T | ((db: Database) => Promise<T>)

/** The value of an input. */
export async function readInput<T extends object | null>(db: Database, input: Input<T>): Promise<T> {
  return typeof input === 'function' ? await input(db) : input
}
