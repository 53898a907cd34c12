import type { Database, Time } from '../../db/schema.js'
import { beforeCommit, type FinalWork } from '../../db/transaction.js'
import { type Actor, mailActor } from '../actor.js'
import { updatePatchGroups } from '../patches/updates.js'
import { listProjects, type Project } from '../projects/queries.js'
import { newestMails, recordSuperseded } from '../series-events/updates.js'
import { listStateIds, listStates, type State } from '../states/queries.js'
import { overlap } from '../topics/changes.js'
import { sortVersions } from '../topics/components.js'
import { listDecisions, listLinks } from '../topics/queries.js'
import {
  describeReplacement,
  findReplaced,
  type IsAlike,
  isComplete,
  type PostedVersion,
  type Replacement,
} from './newer-versions.js'
import { listUntouchable } from './queries.js'
import { modeOf, SUPERSEDED_SLUG } from './rules.js'
import {
  type NumberedPatch,
  numberedPatches,
  type RuleState,
  readLines,
  seriesFacts,
  statesByRule,
  suggestedPatches,
  type TopicSeries,
  topicsOfSeries,
} from './superseded-queries.js'
import { type NewSuggestion, replaceSuggestions } from './updates.js'

/**
 * The rule `superseded`: patches that still ask for action become Superseded once a newer version replaces them. What it
 * decides follows from what is stored, not from the order in which mail arrives.
 */

const RULE = 'superseded'

/** Has the rule look at the work of a series before the transaction commits. */
export function reviewLater(db: Database, series: number): void {
  beforeCommit(db, reviewTouched, series)
}

const reviewTouched: FinalWork = (db, series) => reviewSuperseded(db, series)

/** Applies the rule to the works that some series belong to; `actor`: who caused it, if not a mail. */
export async function reviewSuperseded(
  db: Database,
  series: readonly number[],
  actor?: Actor,
): Promise<void> {
  const active = (await listProjects(db)).filter((project) => modeOf(project, RULE) !== 'off')
  if (active.length === 0 || series.length === 0) return
  const superseded = (await listStates(db)).find(({ slug }) => slug === SUPERSEDED_SLUG)
  // Without such a state there is nothing that the rule could set; the settings say so.
  if (!superseded) return
  const byProject = Map.groupBy(await topicsOfSeries(db, series), ({ project_id }) => project_id)
  for (const project of active) {
    const rows = byProject.get(project.id) ?? []
    if (rows.length > 0) await new Review(db, project, superseded, actor).run(rows)
  }
}

/** Looks at some topics of one project, in one transaction. */
class Review {
  readonly #db: Database
  readonly #project: Project
  readonly #superseded: State
  readonly #actor: Actor | undefined

  constructor(db: Database, project: Project, superseded: State, actor: Actor | undefined) {
    this.#db = db
    this.#project = project
    this.#superseded = superseded
    this.#actor = actor
  }

  async run(rows: readonly TopicSeries[]): Promise<void> {
    const topics = [...Map.groupBy(rows, ({ topic_id }) => topic_id).values()]
    const several = topics.filter((members) => members.length > 1)
    const [versions, patches] = await this.#readVersions(several.flat())
    const replaced = new Map<number, Replacement>()
    for (const members of several) {
      const inOrder = (await this.#sort(members)).flatMap(({ id }) => versions.get(id) ?? [])
      for (const [id, by] of findReplaced(inOrder, await this.#readAlike(inOrder))) replaced.set(id, by)
    }
    const series = rows.map(({ series_id }) => series_id)
    // Of most series the rule never changed anything.
    const changed = rows.filter(({ is_changed }) => is_changed === 1)
    const set = await statesByRule(
      this.#db,
      changed.map(({ series_id }) => series_id),
    )
    const wrong = set.filter(({ id }) => !replaced.has(id))
    const asking = await this.#listAsking(patches, replaced)
    const shown = rows.filter(({ is_suggested }) => is_suggested === 1)
    const suggested = (
      await suggestedPatches(
        this.#db,
        shown.map(({ series_id }) => series_id),
      )
    ).map(({ id }) => id)
    if (wrong.length === 0 && asking.length === 0 && suggested.length === 0) return
    const actor = this.#actor ?? mailActor(await this.#timeOfMail(series))
    await this.#restore(wrong, actor)
    const groups = Map.groupBy(asking, ({ id }) => replaced.get(id)?.by.id ?? 0)
    const works = [...groups].map(([by, own]) => this.#toWork(by, own, replaced))
    const isOn = modeOf(this.#project, RULE) === 'on'
    if (isOn) for (const work of works) await this.#replace(work, versions, actor)
    const looked = [...new Set([...suggested, ...asking.map(({ id }) => id)])]
    const wanted = isOn ? [] : works.map((work) => this.#toSuggestion(work))
    await replaceSuggestions(this.#db, RULE, looked, wanted, actor.time)
  }

  async #readVersions(rows: readonly TopicSeries[]): Promise<[Map<number, PostedVersion>, NumberedPatch[]]> {
    const ids = rows.map(({ series_id }) => series_id)
    const facts = new Map((await seriesFacts(this.#db, ids)).map((row) => [row.id, row]))
    const patches = await numberedPatches(this.#db, ids)
    const bySeries = Map.groupBy(patches, ({ series_id }) => series_id)
    const versions = rows.flatMap(({ series_id: id, version, date }): PostedVersion[] => {
      const row = facts.get(id)
      if (!row) return []
      const own = bySeries.get(id) ?? []
      const title =
        row.cover_name ?? own.find(({ number }) => number === 1)?.name ?? row.name ?? own[0]?.name ?? ''
      return [{ id, version, date, title, total: row.total, hasCover: row.cover_id !== null, patches: own }]
    })
    return [new Map(versions.map((version) => [version.id, version])), patches]
  }

  async #sort(members: readonly TopicSeries[]) {
    const ids = members.map(({ series_id }) => series_id)
    const decisions = await listDecisions(this.#db, ids)
    const links = decisions.length > 0 ? await listLinks(this.#db, ids) : []
    return sortVersions(
      members.map(({ series_id: id, version, date }) => ({ id, version, date })),
      links,
      decisions,
    )
  }

  /** Compares diffs: read only where versions have some patches of others, and only a few. */
  async #readAlike(versions: readonly PostedVersion[]): Promise<IsAlike> {
    const parts = versions.filter((version) => version.total === 1 || !isComplete(version))
    if (parts.length === 0) return () => false
    const compared = [...parts, ...versions].flatMap(({ patches }) => patches.map(({ id }) => id))
    const linesOf = await readLines(this.#db, [...new Set(compared)].slice(0, MAX_COMPARED))
    return (one, other) => overlap(linesOf(one.id), linesOf(other.id)) >= SAME_LINES
  }

  /** The replaced patches that still ask for action, and that nobody said to leave as they are. */
  async #listAsking(
    patches: readonly NumberedPatch[],
    replaced: ReadonlyMap<number, Replacement>,
  ): Promise<NumberedPatch[]> {
    const asking = new Set(await listStateIds(this.#db, true))
    const open = patches.filter(
      ({ id, state_id, archived }) => replaced.has(id) && archived === 0 && asking.has(state_id),
    )
    const ids = open.map(({ id }) => id)
    const untouchable = await listUntouchable(this.#db, RULE, ids)
    return open.filter(({ id, state_id }) => !untouchable.has(id) && state_id !== this.#superseded.id)
  }

  #toWork(by: number, patches: readonly NumberedPatch[], replaced: ReadonlyMap<number, Replacement>): Work {
    const reasons = patches.flatMap(({ id }) => replaced.get(id) ?? []).map(describeReplacement)
    return { by, patches, evidence: [...new Set(reasons)].join(' ') }
  }

  #toSuggestion({ by, patches, evidence }: Work): NewSuggestion {
    return {
      project_id: this.#project.id,
      rule: RULE,
      cause: `series ${by}`,
      evidence,
      series_id: by,
      items: patches.map((patch) => ({
        patch_id: patch.id,
        from_state_id: patch.state_id,
        state_id: this.#superseded.id,
      })),
    }
  }

  async #replace(
    { by, patches, evidence }: Work,
    versions: ReadonlyMap<number, PostedVersion>,
    actor: Actor,
  ): Promise<void> {
    const groups = [{ patches, change: { state_id: this.#superseded.id } }]
    await updatePatchGroups(this.#db, groups, actor, { rule: RULE, evidence })
    const replaced = new Set(patches.map(({ id }) => id))
    const whole = [...new Set(patches.map(({ series_id }) => series_id))].filter((id) =>
      versions.get(id)?.patches.every((patch) => replaced.has(patch.id)),
    )
    await recordSuperseded(
      this.#db,
      whole.map((id) => ({ project_id: this.#project.id, series_id: id, other_id: by })),
      actor,
    )
  }

  /** Gives patches their states back whose replacement turned out to be none. */
  async #restore(patches: readonly RuleState[], actor: Actor): Promise<void> {
    const groups = [...Map.groupBy(patches, ({ before }) => before)].map(([state_id, own]) => ({
      patches: own,
      change: { state_id },
    }))
    const evidence = 'No newer version replaces it any more.'
    await updatePatchGroups(this.#db, groups, actor, { rule: RULE, evidence })
  }

  /** The mail that came last is the one that decided. */
  async #timeOfMail(series: readonly number[]): Promise<Time> {
    const rows = await newestMails(this.#db, series)
    return rows
      .map(({ received }) => received)
      .toSorted()
      .at(-1) as Time
  }
}

/** Patches that one version replaces. */
interface Work {
  readonly by: number
  readonly patches: readonly NumberedPatch[]
  readonly evidence: string
}

/** Maximum number of diffs that are compared within one work. */
const MAX_COMPARED = 200

/** The share of common changed lines from which two patches are versions of one. */
const SAME_LINES = 0.5
