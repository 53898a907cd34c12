import { sql } from 'kysely'
import { hasScope, type Scope, type TokenLimits, type Viewer } from '../auth/permissions.js'
import { prepare } from '../db/prepared.js'
import type { Database, Time } from '../db/schema.js'
import { Forbidden } from '../util/errors.js'
import { requireValidToken } from './tokens/queries.js'

/** Who makes a change, through which face, and when. */
export interface Actor {
  /** The account; null at the command line, for a mail, and for an address that was confirmed by mail. */
  readonly id: number | null
  readonly name: string
  readonly way: 'page' | 'API' | 'command line' | 'background' | 'mail'
  readonly time: Time
  /** The number of the API token that they use, if any. */
  readonly token?: number | undefined
}

/** The shell's user may do everything, and so may the program itself. */
const OPERATORS: ReadonlySet<Actor['way']> = new Set(['command line', 'background', 'mail'])

/** What the server does by itself, such as a job. */
export function backgroundActor(time: Time): Actor {
  return { id: null, name: 'patchwork', way: 'background', time }
}

/** What incoming mail changes of patches that came before. */
export function mailActor(time: Time): Actor {
  return { id: null, name: 'mail', way: 'mail', time }
}

/** An account as the rules of `auth/permissions` know it. */
export type Authority = NonNullable<Viewer> & { readonly is_superuser: number }

/** Says whether a rule of `auth/permissions` allows the actor something. */
export interface Permit {
  (isAllowed: (viewer: Authority) => boolean): boolean
  /** What the token that the actor uses is limited to; undefined: nothing, or none is used. */
  readonly limits: TokenLimits | undefined
}

interface RightsRow {
  is_superuser: number
  project_id: number | null
  /** 1: the account maintains the project; 0: it may check its patches. */
  is_maintainer: number | null
}

const rightsOf = prepare<{ id: number }, RightsRow>((db, { id }) =>
  db
    .selectFrom('users')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('maintainers')
          .select(['project_id', sql<number>`1`.as('is_maintainer')])
          .where('user_id', '=', id)
          .unionAll(
            eb
              .selectFrom('checkers')
              .select(['project_id', sql<number>`0`.as('is_maintainer')])
              .where('user_id', '=', id),
          )
          .as('rights'),
      (join) => join.onTrue(),
    )
    .select(['users.is_superuser', 'rights.project_id', 'rights.is_maintainer'])
    .where('users.id', '=', id)
    .where('users.is_active', '=', 1),
)

const OUTSIDE = 'This is outside the projects that the token is limited to.'

/**
 * What an actor may do, to be read in the transaction that writes: what the request read before may have changed
 * since. A closed or removed account may do nothing; operators may do everything. Of an actor who uses a token, the
 * token must be valid and have `scope`, which is what the command requires. Throws Forbidden with the reason, also
 * when the account alone would be allowed something, and its token is limited to other projects.
 */
export async function permissionsOf(db: Database, actor: Actor, scope: Scope): Promise<Permit> {
  if (OPERATORS.has(actor.way)) return toPermit(() => true)
  const account = actor.id === null ? undefined : await readAuthority(db, actor.id)
  if (account === undefined) return toPermit(() => false)
  if (actor.token === undefined) return toPermit((isAllowed) => isAllowed(account))
  const limits = await requireValidToken(db, actor.token, actor.time)
  requireScope({ limits }, scope)
  const limited = { ...account, limits }
  return toPermit((isAllowed) => {
    if (isAllowed(limited)) return true
    if (isAllowed(account)) throw new Forbidden(OUTSIDE)
    return false
  }, limits)
}

function toPermit(
  permit: (isAllowed: (viewer: Authority) => boolean) => boolean,
  limits?: TokenLimits,
): Permit {
  return Object.assign(permit, { limits })
}

async function readAuthority(db: Database, id: number): Promise<Authority | undefined> {
  const rows = await rightsOf(db, { id })
  const [first] = rows
  if (first === undefined) return undefined
  const projectsWhere = (flag: number) =>
    new Set(rows.flatMap((row) => (row.is_maintainer === flag && row.project_id) || []))
  return { id, maintains: projectsWhere(1), checks: projectsWhere(0), is_superuser: first.is_superuser }
}

/** Throws Forbidden, naming the scope, if the caller's token lacks it. */
export function requireScope(viewer: Pick<NonNullable<Viewer>, 'limits'>, scope: Scope): void {
  if (!hasScope(viewer, scope)) throw new Forbidden(`The token lacks the scope '${scope}'.`)
}

/** Throws Forbidden unless the rule allows it to the actor, and `scope` to its token, as of the transaction of `db`. */
export async function requirePermission(
  db: Database,
  actor: Actor,
  scope: Scope,
  isAllowed: (viewer: Authority) => boolean,
  refusal?: string,
): Promise<void> {
  const permit = await permissionsOf(db, actor, scope)
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
