import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities, type IdsParameter, type SingleId } from '../../db/dialect/dialect.js'
import { prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { inParts } from '../../util/batches.js'
import type { Actor } from '../actor.js'
import { type EditablePatch, type PatchGroup, readEditable, updatePatchGroups } from '../patches/updates.js'
import type { Project } from '../projects/queries.js'
import { listStateIds, listStates } from '../states/queries.js'
import { listTrees, type Tree } from '../trees/queries.js'
import { MAX_TEXTS } from './candidates.js'
import { listUntouchable } from './queries.js'
import { modeOf, SUPERSEDED_SLUG } from './rules.js'
import { insertSuggestion, type NewSuggestion, replaceSuggestions } from './updates.js'

/** The rule `accepted`: patches that became commits of a tree get its state and the commit. */

const RULE = 'accepted'

/** A commit and the patch that it is. */
export interface AcceptedCommit {
  readonly commit: string
  readonly patch: number
  /** Older versions of the patch. */
  readonly older: readonly number[]
  /** Whether the rule may act on it; else it is suggested. */
  readonly certainty: 'certain' | 'for open patches' | 'suggestion'
  /** How it was recognised, to be read by people. */
  readonly reason: string
}

/** What became of a commit. */
export type CommitOutcome = 'accepted' | 'suggested' | 'known' | 'refused'

/** Applies the rule for the commits of one tree, within a transaction. */
export class Acceptance {
  readonly #db: Database
  readonly #project: Project
  readonly #tree: Tree
  readonly #actor: Actor
  readonly #vanished: ReadonlySet<string>

  /** `vanished`: commits that were in the tree before a forced push. */
  constructor(
    db: Database,
    {
      project,
      tree,
      actor,
      vanished,
    }: { project: Project; tree: Tree; actor: Actor; vanished: ReadonlySet<string> },
  ) {
    this.#db = db
    this.#project = project
    this.#tree = tree
    this.#actor = actor
    this.#vanished = vanished
  }

  /** Gives a patch the state of the tree and the commit, and its older versions the state Superseded, or suggests it. */
  async accept(found: AcceptedCommit): Promise<CommitOutcome> {
    const patches = await readEditable(this.#db, [found.patch, ...found.older])
    const own = patches.find(({ id }) => id === found.patch)
    if (!own || (await this.#isKnown(own, found.commit))) return 'known'
    const ids = patches.map(({ id }) => id)
    const untouchable = await listUntouchable(this.#db, RULE, ids)
    if (untouchable.has(own.id)) return 'refused'
    const others = patches.filter(({ id }) => id !== own.id && !untouchable.has(id))
    const older = { open: await this.#openOnes(others), taken: await this.#takenOnes(others, found.commit) }
    const isCertain =
      found.certainty === 'certain' || (found.certainty !== 'suggestion' && (await this.#isOpen(own)))
    if (modeOf(this.#project, RULE) === 'on' && isCertain) {
      await this.#change(own, older, found)
      return 'accepted'
    }
    await this.#suggest(own, older, found)
    return 'suggested'
  }

  /** Whether the patch already is that commit, or another one of this tree or of one behind it. */
  async #isKnown({ commit_ref, state_id }: EditablePatch, commit: string): Promise<boolean> {
    if (commit_ref === null) return false
    if (commit_ref === commit && state_id === this.#tree.state_id) return true
    if (commit_ref === commit || this.#vanished.has(commit_ref)) return false
    const trees = await listTrees(this.#db, this.#project.id)
    return trees.some(({ id, state_id: state }) => id >= this.#tree.id && state === state_id)
  }

  /** Whether nobody decided on a patch yet: it asks for action, or is only an older version. */
  async #isOpen({ state_id }: EditablePatch): Promise<boolean> {
    const state = (await listStates(this.#db)).find(({ id }) => id === state_id)
    return state?.action_required === 1 || state?.slug === SUPERSEDED_SLUG || state_id === this.#tree.state_id
  }

  async #openOnes(patches: readonly EditablePatch[]): Promise<EditablePatch[]> {
    const asking = new Set(await listStateIds(this.#db, true))
    return patches.filter(({ state_id, archived }) => archived === 0 && asking.has(state_id))
  }

  /** The patches that the rule took for that commit, before the mail arrived that it really is. */
  async #takenOnes(patches: readonly EditablePatch[], commit: string): Promise<EditablePatch[]> {
    const possible = patches.filter(
      (patch) => patch.commit_ref === commit && patch.state_id === this.#tree.state_id,
    )
    const ids = possible.map(({ id }) => id)
    const byRule = new Map((await commitsByRule(this.#db, ids)).map((row) => [row.patch_id, row.commit]))
    return possible.filter(({ id }) => byRule.get(id) === commit)
  }

  async #superseded(): Promise<number | undefined> {
    return (await listStates(this.#db)).find(({ slug }) => slug === SUPERSEDED_SLUG)?.id
  }

  #evidence({ commit, reason }: AcceptedCommit): string {
    return `Commit ${commit.slice(0, 12)} of ${this.#tree.branch}, recognised ${reason}.`
  }

  async #change(own: EditablePatch, older: OlderVersions, found: AcceptedCommit): Promise<void> {
    const groups: PatchGroup[] = [
      { patches: [own], change: { state_id: this.#tree.state_id, commit_ref: found.commit } },
      ...(await this.#toGroups(older)),
    ]
    await updatePatchGroups(this.#db, groups, this.#actor, { rule: RULE, evidence: this.#evidence(found) })
    await replaceSuggestions(this.#db, RULE, [own.id], [], this.#actor.time)
  }

  /** What becomes of older versions: those that were taken for the commit lose it. */
  async #toGroups({ open, taken }: OlderVersions): Promise<PatchGroup[]> {
    const state_id = await this.#superseded()
    if (state_id === undefined) return []
    const groups: PatchGroup[] = [
      { patches: open, change: { state_id } },
      { patches: taken, change: { state_id, commit_ref: null } },
    ]
    return groups.filter(({ patches }) => patches.length > 0)
  }

  async #suggest(own: EditablePatch, older: OlderVersions, found: AcceptedCommit): Promise<void> {
    const olderItems = (await this.#toGroups(older)).flatMap(({ patches, change }) =>
      patches.map(({ id, state_id: from_state_id }) => ({
        patch_id: id,
        from_state_id,
        state_id: change.state_id ?? null,
        commit_ref: change.commit_ref === null ? '' : null,
      })),
    )
    const items: NewSuggestion['items'] = [
      {
        patch_id: own.id,
        from_state_id: own.state_id,
        state_id: this.#tree.state_id,
        commit_ref: found.commit,
      },
      ...olderItems,
    ]
    const about = { project_id: this.#project.id, rule: RULE, series_id: null } as const
    const suggestion = { ...about, cause: `commit ${found.commit}`, evidence: this.#evidence(found), items }
    await insertSuggestion(this.#db, suggestion, this.#actor.time)
  }

  /** Suggests to take back what commits did that a forced push removed, as far as no other commit took their place. */
  async suggestVanished(): Promise<number> {
    const rows = await committedAs(this.#db, this.#project.id, [...this.#vanished])
    const earlier = new Map(
      (
        await statesBefore(
          this.#db,
          rows.map(({ id }) => id),
        )
      ).map((row) => [row.patch_id, row.before]),
    )
    const [first] = await listStates(this.#db)
    for (const { id, state_id, commit_ref } of rows)
      await insertSuggestion(
        this.#db,
        {
          project_id: this.#project.id,
          rule: RULE,
          cause: `gone ${commit_ref} ${id}`,
          evidence: `Commit ${commit_ref.slice(0, 12)} is no longer in ${this.#tree.branch}.`,
          series_id: null,
          items: [
            {
              patch_id: id,
              from_state_id: state_id,
              state_id: earlier.get(id) ?? first?.id ?? null,
              commit_ref: '',
            },
          ],
        },
        this.#actor.time,
      )
    return rows.length
  }
}

/** Older versions of a patch that became a commit. */
interface OlderVersions {
  /** Those that ask for action. */
  readonly open: readonly EditablePatch[]
  /** Those that the rule took for the commit. */
  readonly taken: readonly EditablePatch[]
}

/** What the rule changed in a field of some patches, the last change last. */
function selectChanges(db: Database, field: 'state' | 'commit_ref', ids: IdsParameter | SingleId) {
  return db
    .selectFrom('change_items as i')
    .innerJoin('change_batches as b', 'b.id', 'i.batch_id')
    .where('b.rule', '=', RULE)
    .where('i.field', '=', field)
    .where(capabilities(db).anyOf(sql.ref('i.patch_id'), ids))
    .orderBy('i.batch_id')
}

/** The commits that the rule wrote into some patches, the last one last. */
const commitsByRule = byIds<{ patch_id: number; commit: string }>((db, ids) =>
  selectChanges(db, 'commit_ref', ids)
    .select(['i.patch_id', 'i.after_text as commit'])
    .where('i.undone_id', 'is', null)
    .$castTo<{ patch_id: number; commit: string }>(),
)

interface Committed {
  id: number
  state_id: number
  commit_ref: string
}

const ofCommits = prepareForTexts<{ project: number }, Committed>((db, { project }, texts) =>
  db
    .selectFrom('patches')
    .select(['id', 'state_id', 'commit_ref'])
    .where('project_id', '=', project)
    .where('commit_ref', 'in', texts)
    .orderBy('id')
    .$castTo<Committed>(),
)

async function committedAs(db: Database, project: number, commits: readonly string[]): Promise<Committed[]> {
  const rows: Committed[] = []
  for (const some of inParts(commits, MAX_TEXTS)) rows.push(...(await ofCommits(db, { project }, some)))
  return rows
}

/** The states that some patches had before the rule changed them last. */
const statesBefore = byIds<{ patch_id: number; before: number }>((db, ids) =>
  selectChanges(db, 'state', ids)
    .select(['i.patch_id', 'i.before'])
    .where('i.before', 'is not', null)
    .$castTo<{ patch_id: number; before: number }>(),
)
