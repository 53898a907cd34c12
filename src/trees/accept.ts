import type { Context } from '../config/context.js'
import type { Database } from '../db/schema.js'
import { transaction } from '../db/transaction.js'
import { backgroundActor } from '../domain/actor.js'
import { Acceptance, type AcceptedCommit, type CommitOutcome } from '../domain/automation/accepted.js'
import { findCandidates, insertKeys, listArrived, listUnkeyed } from '../domain/automation/candidates.js'
import { modeOf } from '../domain/automation/rules.js'
import { readLines } from '../domain/automation/superseded-queries.js'
import { findProjectById, type Project } from '../domain/projects/queries.js'
import { changesOf } from '../domain/topics/changes.js'
import { findFirstDate, findLastPatch, type Tree } from '../domain/trees/queries.js'
import { findSeen, forgetAllSeen, forgetSeen, storeSeen, trimSeen } from '../domain/trees/seen-commits.js'
import { saveHead, saveLastPatch } from '../domain/trees/updates.js'
import { runGit } from '../receive/public-inbox/git.js'
import { inParts } from '../util/batches.js'
import { Invalid } from '../util/errors.js'
import { toTime } from '../util/time.js'
import { CandidateIndex, digestsOfCommit, digestsOfPatch, namesOfCommit } from './candidate-index.js'
import { type Commit, isAncestor, listCommits, listExisting, MAX_COMMITS, readCommits } from './commits.js'
import { diffKey } from './diff-key.js'
import { gitOptions } from './git-settings.js'
import { EVIDENCE_NAMES, type Evidence, type Match, matchCommit } from './match.js'
import { refsOf, withBranch } from './mirror.js'

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

/** Patches that are looked for among the commits of before at once. */
const LATE_BATCH = 200

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
    const last = await findLastPatch(db, project.id)
    await storeKeys(db, project.id, signal)
    const run = new Run(context, project, tree, folder, options)
    return await run.run(head, { since: since.slice(0, 10), last })
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
  /** Number of commits that were looked at. */
  #looked = 0

  constructor(context: Context, project: Project, tree: Tree, folder: string, options: AcceptOptions) {
    this.#context = context
    this.#project = project
    this.#tree = tree
    this.#folder = folder
    this.#options = options
  }

  /** `since`: commits from before this day are of no use; `last`: the newest patch whose keys are stored. */
  async run(head: string, { since, last }: { since: string; last: number }): Promise<Accepted> {
    const { range } = this.#options
    if (range !== undefined) return this.#count(await this.#takeAll(await this.#list(rangeOf(range))))
    const old = await this.#findOld()
    if (old !== undefined) await this.#compareVanished(old, head)
    const late = await this.#takeLate(last)
    if (old === head) return this.#count(late)
    const revisions = [head, ...(old === undefined ? [] : [`^${old}`])]
    const commits = await this.#list(revisions, since)
    const counts = await this.#takeAll(commits)
    const end = commits.length < MAX_COMMITS ? head : (commits.at(-1) ?? head)
    if (this.#options.signal?.aborted !== true) await this.#finish(end)
    return this.#count([...late, ...counts])
  }

  async #list(revisions: readonly string[], since?: string): Promise<string[]> {
    return await listCommits(this.#folder, { revisions, since, signal: this.#options.signal })
  }

  async #takeAll(commits: readonly string[]): Promise<CommitOutcome[]> {
    const outcomes: CommitOutcome[] = []
    for (const batch of inParts(commits, BATCH)) {
      if (this.#options.signal?.aborted === true) break
      outcomes.push(...(await this.#take(batch)))
      this.#looked += batch.length
    }
    return outcomes
  }

  #count(outcomes: readonly CommitOutcome[]): Accepted {
    const count = (outcome: CommitOutcome) => outcomes.filter((each) => each === outcome).length
    return { commits: this.#looked, accepted: count('accepted'), suggested: count('suggested') }
  }

  /** Finds the commits that a forced push removed. */
  async #compareVanished(old: string, head: string): Promise<void> {
    if (old === head || (await isAncestor(this.#folder, old, head))) return
    const vanished = await this.#list([old, `^${head}`])
    this.#vanished = new Set(vanished)
    await transaction(this.#context.db, async (db) => await forgetSeen(db, this.#tree.id, vanished))
  }

  /**
   * Looks again at commits that mails name, or are like, which arrived after those commits were looked at. `last`: the
   * newest patch that new commits are compared with anyway.
   */
  async #takeLate(last: number): Promise<CommitOutcome[]> {
    const { db: database } = this.#context
    const { id, last_patch: known } = this.#tree
    const outcomes: CommitOutcome[] = []
    for (let after = known ?? last; after < last && this.#options.signal?.aborted !== true; ) {
      const patches = await listArrived(database, this.#project.id, { after, upTo: last, limit: LATE_BATCH })
      const seen = await findSeen(database, id, patches.flatMap(digestsOfPatch))
      const commits = await listExisting(this.#folder, seen)
      for (const batch of inParts(commits, BATCH))
        outcomes.push(...(await this.#take(batch, { isLate: true })))
      after = patches.length < LATE_BATCH ? last : (patches.at(-1)?.id ?? last)
      const upTo = after
      await transaction(database, async (db) => await saveLastPatch(db, id, upTo))
    }
    if (known === null) await transaction(database, async (db) => await saveLastPatch(db, id, last))
    return outcomes
  }

  /** The last commit that was looked at, if the mirror still has it. */
  async #findOld(): Promise<string | undefined> {
    const { head } = this.#tree
    if (head === null) return undefined
    const { code } = await runGit(this.#folder, ['cat-file', '-e', `${head}^{commit}`], gitOptions())
    if (code === 0) return head
    // All commits are looked at again, and may be others.
    await transaction(this.#context.db, async (db) => await forgetAllSeen(db, this.#tree.id))
    return undefined
  }

  /** Notes how far the tree was looked at. */
  async #finish(head: string): Promise<void> {
    const { db: database } = this.#context
    await transaction(database, async (db) => {
      if (this.#vanished.size > 0) await this.#acceptance(db).suggestVanished()
      await saveHead(db, this.#tree.id, head)
      await trimSeen(db, this.#tree.id)
    })
    // Keeps the commits that a forced push may remove.
    await runGit(this.#folder, ['update-ref', refsOf(this.#tree).seen, head], gitOptions())
  }

  #acceptance(db: Database): Acceptance {
    const actor = backgroundActor(toTime(this.#context.now()))
    return new Acceptance(db, { project: this.#project, tree: this.#tree, actor, vanished: this.#vanished })
  }

  /**
   * Matches some commits and applies the rule to them in one transaction. `isLate`: they were looked at before, when
   * some of their mails had not arrived.
   */
  async #take(ids: readonly string[], { isLate = false } = {}): Promise<CommitOutcome[]> {
    const { db: database } = this.#context
    const { signal, range, onCommit } = this.#options
    const commits = await readCommits(this.#folder, ids, signal)
    const matches = await this.#match(commits)
    const results: CommitResult[] = []
    await transaction(database, async (db) => {
      const acceptance = this.#acceptance(db)
      for (const { commit, match } of matches) results.push(await accept(acceptance, commit, match))
      if (range !== undefined || isLate) return
      await storeSeen(db, this.#tree, new Map(commits.map((commit) => [commit.id, digestsOfCommit(commit)])))
      const last = ids.at(-1)
      // Parents come first: what is behind this commit has been looked at, too.
      if (last !== undefined && this.#vanished.size === 0) await saveHead(db, this.#tree.id, last)
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
      nameKeys: commits.flatMap(namesOfCommit),
    })
    const index = new CandidateIndex(patches, seriesOfCover)
    const compared = patches.slice(0, MAX_COMPARED).map(({ id }) => id)
    const linesOf = await readLines(db, compared)
    return commits.flatMap((commit) => {
      const { candidates, named } = index.of(commit)
      const own = changesOf(commit.diff === undefined ? [] : [commit.diff]).lines
      const matches = matchCommit(commit, candidates, named, own, linesOf)
      return matches.map((match) => ({ commit, match }))
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

/** A revision range of the command line. Throws Invalid for options and for what is none. */
function rangeOf(range: string): string[] {
  if (!/^[\w^][\w./^~@{}!+-]{0,300}$/.test(range))
    throw new Invalid(`'${range.slice(0, 100)}' is not a range of commits.`)
  return [range]
}
