import type { Context } from '../config/context.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { backgroundActor } from '../domain/actor.js'
import { Acceptance, type AcceptedCommit, type CommitOutcome } from '../domain/automation/accepted.js'
import {
  type CandidatePatch,
  findCandidates,
  insertKeys,
  listUnkeyed,
} from '../domain/automation/candidates.js'
import { modeOf } from '../domain/automation/rules.js'
import { readLines } from '../domain/automation/superseded-queries.js'
import { findProjectById, type Project } from '../domain/projects/queries.js'
import { changesOf } from '../domain/topics/changes.js'
import { nameKey } from '../domain/topics/posting.js'
import { findFirstDate, type Tree } from '../domain/trees/queries.js'
import { saveHead } from '../domain/trees/updates.js'
import { runGit } from '../receive/public-inbox/git.js'
import { inParts } from '../util/batches.js'
import { Invalid } from '../util/errors.js'
import { toTime } from '../util/time.js'
import { type Commit, isAncestor, listCommits, MAX_COMMITS, readCommits } from './commits.js'
import { diffKey } from './diff-key.js'
import { EVIDENCE_NAMES, type Evidence, type Match, matchCommit } from './match.js'
import { gitOptions, refsOf, withBranch } from './mirror.js'

/** Finds the patches that became commits of a tree. */

export interface AcceptOptions {
  /** Only these commits, as a revision range; the position of the tree stays as it is. */
  readonly range?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with each commit that is a patch. */
  readonly onCommit?: ((result: CommitResult) => void) | undefined
}

export interface CommitResult {
  readonly commit: string
  readonly patch: number
  readonly reason: string
  readonly outcome: CommitOutcome
}

export interface Accepted {
  /** Number of commits that were looked at. */
  readonly commits: number
  readonly accepted: number
  readonly suggested: number
}

/** Commits that are read and matched at once. */
const BATCH = 50

/** Patches whose keys are computed at once. */
const KEY_BATCH = 200

/** Maximum number of diffs that are compared for the commits of one batch. */
const MAX_COMPARED = 400

/**
 * Fetches a tree, and applies the rule to its new commits: those behind the last one that was looked at. Throws Invalid
 * with a sentence for what keeps it from being fetched, and Conflict while another process does it.
 */
export async function acceptTree(
  context: Context,
  tree: Tree,
  options: AcceptOptions = {},
): Promise<Accepted> {
  const { db, config } = context
  const project = await findProjectById(db, tree.project_id)
  if (!project || project.removed !== null) return { commits: 0, accepted: 0, suggested: 0 }
  if (modeOf(project, 'accepted') === 'off')
    throw new Invalid(`The rule for commits is off in ${project.link_name}; set it to suggest or on first.`)
  const first = await findFirstDate(db, project.id)
  // Without patches no commit can be one of them.
  const since = first === undefined ? toTime(context.now()) : first
  const { signal } = options
  return await withBranch(tree, config, { since: since.slice(0, 10), signal }, async ({ folder, head }) => {
    await storeKeys(db, project.id, signal)
    return await new Run(context, project, tree, folder, options).run(head, since.slice(0, 10))
  })
}

/** Stores what the patches of a project are found by, as far as it is not stored yet. */
async function storeKeys(
  database: Database,
  project: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    if (signal?.aborted) return
    const patches = await listUnkeyed(database, project, KEY_BATCH)
    if (patches.length === 0) return
    const keyed = patches.map(({ id, name, diff }) => ({
      id,
      name,
      diffKey: diff === null ? undefined : diffKey(diff),
    }))
    await transaction(database, async (db) => await insertKeys(db, project, keyed))
    if (patches.length < KEY_BATCH) return
  }
}

/** Looks at the new commits of one tree. */
class Run {
  readonly #context: Context
  readonly #project: Project
  readonly #tree: Tree
  readonly #folder: string
  readonly #options: AcceptOptions
  #vanished: ReadonlySet<string> = new Set()

  constructor(context: Context, project: Project, tree: Tree, folder: string, options: AcceptOptions) {
    this.#context = context
    this.#project = project
    this.#tree = tree
    this.#folder = folder
    this.#options = options
  }

  async run(head: string, since: string): Promise<Accepted> {
    const { range, signal } = this.#options
    const old = range === undefined ? await this.#findOld() : undefined
    if (old === head) return { commits: 0, accepted: 0, suggested: 0 }
    if (old !== undefined && !(await isAncestor(this.#folder, old, head)))
      this.#vanished = new Set(await listCommits(this.#folder, { revisions: [old, `^${head}`], signal }))
    const revisions = range === undefined ? [head, ...(old === undefined ? [] : [`^${old}`])] : rangeOf(range)
    const commits = await listCommits(this.#folder, {
      revisions,
      ...(range === undefined ? { since } : {}),
      signal,
    })
    const counts: Record<CommitOutcome, number> = { accepted: 0, suggested: 0, known: 0, refused: 0 }
    for (const batch of inParts(commits, BATCH)) {
      if (signal?.aborted === true) break
      for (const outcome of await this.#take(batch)) counts[outcome]++
    }
    const last = commits.length < MAX_COMMITS ? head : (commits.at(-1) ?? head)
    if (signal?.aborted !== true && range === undefined) await this.#finish(last)
    return { commits: commits.length, accepted: counts.accepted, suggested: counts.suggested }
  }

  /** The last commit that was looked at, if the mirror still has it. */
  async #findOld(): Promise<string | undefined> {
    const { head } = this.#tree
    if (head === null) return undefined
    const { code } = await runGit(this.#folder, ['cat-file', '-e', `${head}^{commit}`], gitOptions())
    return code === 0 ? head : undefined
  }

  /** Notes how far the tree was looked at. */
  async #finish(head: string): Promise<void> {
    const { db: database } = this.#context
    await transaction(database, async (db) => {
      if (this.#vanished.size > 0) await this.#acceptance(db).suggestVanished()
      await saveHead(db, this.#tree.id, head)
    })
    // Keeps the commits that a forced push may remove.
    await runGit(this.#folder, ['update-ref', refsOf(this.#tree).seen, head], gitOptions())
  }

  #acceptance(db: Database): Acceptance {
    const actor = backgroundActor(toTime(this.#context.now()))
    return new Acceptance(db, { project: this.#project, tree: this.#tree, actor, vanished: this.#vanished })
  }

  /** Matches some commits and applies the rule to them in one transaction. */
  async #take(ids: readonly string[]): Promise<CommitOutcome[]> {
    const { db: database } = this.#context
    const { signal, range, onCommit } = this.#options
    const commits = await readCommits(this.#folder, ids, signal)
    const matches = await this.#match(commits)
    const results: CommitResult[] = []
    await transaction(database, async (db) => {
      const acceptance = this.#acceptance(db)
      for (const { commit, match } of matches) results.push(await accept(acceptance, commit, match))
      const last = ids.at(-1)
      // Parents come first: what is behind this commit has been looked at, too.
      if (range === undefined && last !== undefined && this.#vanished.size === 0)
        await saveHead(db, this.#tree.id, last)
    })
    for (const result of results) onCommit?.(result)
    return results.map(({ outcome }) => outcome)
  }

  async #match(commits: readonly Commit[]): Promise<{ commit: Commit; match: Match }[]> {
    const { db } = this.#context
    const { patches, seriesOfCover } = await findCandidates(db, this.#project.id, {
      msgids: commits.flatMap(({ targets }) => targets.filter((target) => target.startsWith('<'))),
      hashes: commits.flatMap(({ hashes }) => hashes),
      diffKeys: commits.flatMap(({ diffKeys }) => diffKeys),
      nameKeys: commits.map(({ subject }) => nameKey(subject)),
    })
    const index = new CandidateIndex(patches, seriesOfCover)
    const compared = patches.slice(0, MAX_COMPARED).map(({ id }) => id)
    const linesOf = await readLines(db, compared)
    return commits.flatMap((commit) => {
      const { candidates, named } = index.of(commit)
      const own = changesOf(commit.diff === undefined ? [] : [commit.diff]).lines
      const match = matchCommit(commit, candidates, named, own, linesOf)
      return match ? [{ commit, match }] : []
    })
  }
}

/** What each kind of evidence is enough for. */
const CERTAINTY: Readonly<Record<Evidence, AcceptedCommit['certainty']>> = {
  'message id': 'certain',
  hash: 'certain',
  diff: 'certain',
  likeness: 'for open patches',
  subject: 'suggestion',
}

async function accept(acceptance: Acceptance, commit: Commit, match: Match): Promise<CommitResult> {
  const reason = EVIDENCE_NAMES[match.evidence]
  const older = match.older.map(({ id }) => id)
  const outcome = await acceptance.accept({
    commit: commit.id,
    patch: match.patch.id,
    older,
    certainty: CERTAINTY[match.evidence],
    reason,
  })
  return { commit: commit.id, patch: match.patch.id, reason, outcome }
}

/** Candidates by what commits lead to them. */
class CandidateIndex {
  readonly #byKey = new Map<string, CandidatePatch[]>()
  readonly #seriesOfCover: ReadonlyMap<string, number>

  constructor(patches: readonly CandidatePatch[], seriesOfCover: ReadonlyMap<string, number>) {
    this.#seriesOfCover = seriesOfCover
    for (const patch of patches) {
      this.#add(`name ${nameKey(patch.name)}`, patch)
      this.#add(patch.msgid, patch)
      this.#add(`patch-${patch.id}`, patch)
      if (patch.hash !== null) this.#add(`hash ${patch.hash}`, patch)
      if (patch.diff_key !== null) this.#add(`diff ${patch.diff_key}`, patch)
      if (patch.series_id !== null) this.#add(`series-${patch.series_id}`, patch)
    }
  }

  of(commit: Commit): { candidates: CandidatePatch[]; named: Set<number> } {
    const targets = commit.targets.flatMap((target) => {
      const series = this.#seriesOfCover.get(target)
      return series === undefined ? [target] : [target, `series-${series}`]
    })
    const named = new Set(this.#all(targets).map(({ id }) => id))
    const others = this.#all([
      `name ${nameKey(commit.subject)}`,
      ...commit.hashes.map((hash) => `hash ${hash}`),
      ...commit.diffKeys.map((key) => `diff ${key}`),
    ])
    const all = [...this.#all(targets), ...others]
    return { candidates: [...new Map(all.map((patch) => [patch.id, patch])).values()], named }
  }

  #all(keys: readonly string[]): CandidatePatch[] {
    return keys.flatMap((key) => this.#byKey.get(key) ?? [])
  }

  #add(key: string, patch: CandidatePatch): void {
    const known = this.#byKey.get(key)
    if (known) known.push(patch)
    else this.#byKey.set(key, [patch])
  }
}

/** A revision range of the command line. Throws Invalid for options and for what is none. */
function rangeOf(range: string): string[] {
  if (!/^[\w^][\w./^~@{}!+-]{0,300}$/.test(range))
    throw new Invalid(`'${range.slice(0, 100)}' is no range of commits.`)
  return [range]
}
