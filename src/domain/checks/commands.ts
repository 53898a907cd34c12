import { createHash } from 'node:crypto'
import { canPostCheck } from '../../auth/permissions.js'
import type { Database } from '../../db/schema.js'
import { transaction } from '../../db/transaction.js'
import { Conflict, Forbidden, Invalid, NotFound, PatchworkError } from '../../util/errors.js'
import { type Actor, type Input, type Permit, permissionsOf, readInput } from '../actor.js'
import { readEditable } from '../patches/updates.js'
import { requireContext } from '../tokens/rules.js'
import { checksByKey } from './queries.js'
import { MAX_CHECKS_AT_ONCE, requireCheckRules } from './rules.js'
import { type CheckTarget, readTargets, type TargetGroup } from './targets.js'
import { insertChecks, insertPatchChecks, type NewCheck, type PatchCheck } from './updates.js'

/** What a check says; the rest of it is who posts it, and when. */
export type CheckContent = Omit<NewCheck, 'user_id' | 'date' | 'idempotency_key' | 'request_digest'>

/**
 * Posts one and the same check of some patches, or none if the actor may not check one of them; gives the ids of the
 * checks, in the order of the patches. Throws NotFound, Forbidden and Invalid.
 */
export async function createChecks(
  database: Database,
  actor: Actor,
  patchIds: readonly number[],
  input: Input<CheckContent>,
): Promise<number[]> {
  return await transaction(database, async (db) => {
    const patches = await readEditable(db, patchIds)
    if (patches.length < patchIds.length) throw new NotFound('No Patch matches the given query.')
    const permit = await permissionsOf(db, actor, 'checks')
    const isPermitted = patches.every((patch) => permit((viewer) => canPostCheck(viewer, patch)))
    // A check names the account that posts it.
    if (actor.id === null || !isPermitted) throw new Forbidden()
    const content = await readInput(db, input)
    requireContent(actor, permit, content)
    return await insertChecks(db, patches, { ...content, user_id: actor.id, date: actor.time })
  })
}

/** Throws Invalid for a check that cannot be, and for a context that the token may not post. */
function requireContent(actor: Actor, { limits = {} }: Permit, content: CheckContent): void {
  requireContext(limits, content.context)
  requireCheckRules(content, actor.time)
}

/** One check to be posted on all patches of a target. */
export interface CheckPost {
  readonly target: CheckTarget
  readonly content: CheckContent
  /** Names the request: sent again with the same key it does nothing new. */
  readonly key: string | undefined
}

/** A project in which a check was not posted, and why. */
export interface RefusedProject {
  readonly projectId: number
  readonly reason: string
}

/** What became of a post. */
export interface PostedChecks {
  /** The ids of the checks, in the order of the patches. */
  readonly ids: readonly number[]
  readonly refused: readonly RefusedProject[]
  /** Whether an earlier post with the same key made them. */
  readonly isRepeated: boolean
}

/**
 * Posts many checks in one transaction; each succeeds or fails for itself. Returns for each what became of it, or why
 * it was refused. Throws Forbidden for an actor who may post none at all, such as with a token that lacks the scope.
 */
export async function postChecks(
  database: Database,
  actor: Actor,
  posts: readonly CheckPost[],
): Promise<(PostedChecks | PatchworkError)[]> {
  return await transaction(database, async (db) => {
    const permit = await permissionsOf(db, actor, 'checks')
    if (actor.id === null) throw new Forbidden()
    const poster = new Poster(actor, actor.id, permit, await readBatch(db, actor.id, posts))
    const settled = posts.map((post) => poster.settle(post))
    const ids = await insertPatchChecks(db, poster.checks)
    return settled.map((outcome) => (outcome instanceof PatchworkError ? outcome : toPosted(outcome, ids)))
  })
}

/** What has to be known of all posts of a request before the first is settled. */
interface Batch {
  readonly groupsOf: (target: CheckTarget) => TargetGroup[]
  /** What earlier posts made, by their keys. */
  readonly earlier: Map<string, Earlier>
}

interface Earlier {
  readonly digest: string
  readonly made: Made
}

/** Checks that are stored already, by their ids; or that will be, by their places among those to be stored. */
type Made = { readonly ids: readonly number[] } | { readonly places: readonly number[] }

interface Settled {
  readonly made: Made
  readonly refused: readonly RefusedProject[]
  readonly isRepeated: boolean
}

async function readBatch(db: Database, user: number, posts: readonly CheckPost[]): Promise<Batch> {
  const groupsOf = await readTargets(
    db,
    posts.map(({ target }) => target),
  )
  const keys = new Set(posts.flatMap(({ key }) => key ?? []))
  const known = await checksByKey(db, user, [...keys])
  const earlier = [...known].map(([key, rows]): [string, Earlier] => [
    key,
    { digest: rows[0]?.request_digest ?? '', made: { ids: rows.map(({ id }) => id) } },
  ])
  return { groupsOf, earlier: new Map(earlier) }
}

function toPosted({ made, refused, isRepeated }: Settled, stored: readonly number[]): PostedChecks {
  const ids = 'ids' in made ? made.ids : made.places.map((place) => stored[place] as number)
  return { ids, refused, isRepeated }
}

/** Decides about the posts of one request, one after the other, and collects the checks that are to be stored. */
class Poster {
  readonly checks: PatchCheck[] = []
  readonly #actor: Actor
  readonly #user: number
  readonly #permit: Permit
  readonly #batch: Batch

  constructor(actor: Actor, user: number, permit: Permit, batch: Batch) {
    this.#actor = actor
    this.#user = user
    this.#permit = permit
    this.#batch = batch
  }

  settle(post: CheckPost): Settled | PatchworkError {
    try {
      return this.#settle(post)
    } catch (error) {
      if (error instanceof PatchworkError) return error
      throw error
    }
  }

  #settle(post: CheckPost): Settled {
    const { target, content, key } = post
    requireContext(this.#permit.limits ?? {}, content.context)
    const { permitted, refused } = this.#divide(this.#batch.groupsOf(target))
    const digest = digestOf(post)
    const repeated = key === undefined ? undefined : this.#findEarlier(key, digest)
    if (repeated) return { made: repeated, refused, isRepeated: true }
    requireCheckRules(content, this.#actor.time)
    const patches = permitted.flatMap((group) => group.patches)
    if (this.checks.length > 0 && this.checks.length + patches.length > MAX_CHECKS_AT_ONCE)
      throw new Invalid(
        `One request posts at most ${MAX_CHECKS_AT_ONCE} checks; send this one again in another request.`,
      )
    const names = key === undefined ? {} : { idempotency_key: key, request_digest: digest }
    const check = { ...content, ...names, user_id: this.#user, date: this.#actor.time }
    const places = patches.map((patch) => this.checks.push({ patch, check }) - 1)
    if (key !== undefined) this.#batch.earlier.set(key, { digest, made: { places } })
    return { made: { places }, refused, isRepeated: false }
  }

  /** The projects where the actor may post, and the others with the reason. Throws Forbidden if there are only others. */
  #divide(groups: readonly TargetGroup[]): { permitted: TargetGroup[]; refused: RefusedProject[] } {
    const permitted: TargetGroup[] = []
    const refused: RefusedProject[] = []
    for (const group of groups) {
      const reason = this.#refusalOf(group)
      if (reason === undefined) permitted.push(group)
      else refused.push({ projectId: group.projectId, reason })
    }
    const [first] = refused
    if (first && permitted.length === 0) throw new Forbidden(first.reason)
    return { permitted, refused }
  }

  #refusalOf({ patches }: TargetGroup): string | undefined {
    try {
      const isAllowed = patches.every((patch) => this.#permit((viewer) => canPostCheck(viewer, patch)))
      return isAllowed ? undefined : new Forbidden().message
    } catch (error) {
      if (error instanceof Forbidden) return error.message
      throw error
    }
  }

  /** What an earlier post with this key made. Throws Conflict if that said something else. */
  #findEarlier(key: string, digest: string): Made | undefined {
    const earlier = this.#batch.earlier.get(key)
    if (earlier === undefined || earlier.digest === digest) return earlier?.made
    throw new Conflict('This idempotency_key was used for another check.')
  }
}

/** Identifies what a post says, however it is written. */
function digestOf({ target, content }: CheckPost): string {
  const { state, context, target_url, description } = content
  const { revision_tree = null, revision_commit = null, expires = null } = content
  const all = [target, state, context, target_url, description, revision_tree, revision_commit, expires]
  return createHash('sha256').update(JSON.stringify(all)).digest('hex')
}
