import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import type { Changeable } from '../patches/updates.js'
import { changesOf } from '../topics/changes.js'

/** What is read to find the patches that newer versions replace. */

/** A series in its topic. */
export interface TopicSeries {
  series_id: number
  topic_id: number
  project_id: number
  version: number
  date: string
  /** Whether the rule changed or suggests to change one of its patches. */
  is_changed: number
  is_suggested: number
}

/** All series of the topics that some series belong to. */
export const topicsOfSeries = byIds<TopicSeries>((db, ids) =>
  db
    .selectFrom('topic_members as own')
    .innerJoin('topic_members as m', 'm.topic_id', 'own.topic_id')
    .select(['m.series_id', 'm.topic_id', 'm.project_id', 'm.version', 'm.date'])
    .select([
      sql<number>`case when exists (select 1 from patches p join change_items i on i.patch_id = p.id
        join change_batches b on b.id = i.batch_id
        where p.series_id = m.series_id and b.rule = 'superseded') then 1 else 0 end`.as('is_changed'),
      sql<number>`case when exists (select 1 from patches p join suggestion_items i on i.patch_id = p.id
        join suggestions s on s.id = i.suggestion_id
        where p.series_id = m.series_id and s.rule = 'superseded') then 1 else 0 end`.as('is_suggested'),
    ])
    .distinct()
    .where((eb) => capabilities(db).anyOf(eb.ref('own.series_id'), ids)),
)

export interface SeriesFacts {
  id: number
  total: number
  cover_id: number | null
  name: string | null
  cover_name: string | null
}

export const seriesFacts = byIds<SeriesFacts>((db, ids) =>
  db
    .selectFrom('series as s')
    .leftJoin('covers as c', 'c.id', 's.cover_id')
    .select(['s.id', 's.total', 's.cover_id', 's.name', 'c.name as cover_name'])
    .where((eb) => capabilities(db).anyOf(eb.ref('s.id'), ids)),
)

export interface NumberedPatch extends Changeable {
  series_id: number
  number: number
  name: string
}

/** Maximum number of patches of which a work is looked at; of more, the first ones. */
const MAX_PATCHES = 20_000

/** The patches of some series that have a place. */
export const numberedPatches = byIds<NumberedPatch>((db, ids) =>
  db
    .selectFrom('patches')
    .select(['id', 'series_id', 'number', 'name', 'project_id', 'state_id', 'delegate_id', 'archived'])
    .select('commit_ref')
    .where((eb) => capabilities(db).anyOf(eb.ref('series_id'), ids))
    .where('number', 'is not', null)
    .orderBy('series_id')
    .orderBy('number')
    .limit(MAX_PATCHES)
    .$castTo<NumberedPatch>(),
)

/** A state that the rule set and that nobody changed since. */
export interface RuleState extends Changeable {
  before: number
}

/** The patches of some series whose state is the one that the rule set last. */
export const statesByRule = byIds<RuleState>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('change_items as i', 'i.patch_id', 'p.id')
    .innerJoin('change_batches as b', 'b.id', 'i.batch_id')
    .select(['p.id', 'p.project_id', 'p.state_id', 'p.delegate_id', 'p.archived', 'p.commit_ref', 'i.before'])
    .where((eb) => capabilities(db).anyOf(eb.ref('p.series_id'), ids))
    .where('b.rule', '=', 'superseded')
    .where('i.field', '=', 'state')
    .where('i.undone_id', 'is', null)
    .whereRef('i.after', '=', 'p.state_id')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('change_items as later')
            .select('later.batch_id')
            .whereRef('later.patch_id', '=', 'i.patch_id')
            .whereRef('later.batch_id', '>', 'i.batch_id')
            .where('later.field', '=', 'state'),
        ),
      ),
    )
    .$castTo<RuleState>(),
)

/** The patches of some series for which somebody may see a suggestion of the rule. */
export const suggestedPatches = byIds<{ id: number }>((db, ids) =>
  db
    .selectFrom('patches as p')
    .innerJoin('suggestion_items as i', 'i.patch_id', 'p.id')
    .innerJoin('suggestions as s', 's.id', 'i.suggestion_id')
    .select('p.id')
    .distinct()
    .where((eb) => capabilities(db).anyOf(eb.ref('p.series_id'), ids))
    .where('s.rule', '=', 'superseded')
    .where('s.dismissed', 'is', null),
)

/** Maximum number of characters of a diff that is compared. */
const MAX_DIFF = 500_000

const diffs = byIds<{ id: number; diff: string }>((db, ids) =>
  db
    .selectFrom('patch_texts')
    .select(['patch_id as id', 'diff'])
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids))
    .where(sql<number>`length(diff)`, '<=', MAX_DIFF)
    .$castTo<{ id: number; diff: string }>(),
)

/** The changed lines of a patch; none for one whose diff was not read. */
export type LinesOf = (patch: number) => ReadonlySet<string>

/** Reads the diffs of some patches, those of usual size. Their lines are made out when they are asked for, once. */
export async function readLines(db: Database, patches: readonly number[]): Promise<LinesOf> {
  const byId = new Map((await diffs(db, patches)).map(({ id, diff }) => [id, diff]))
  const lines = new Map<number, ReadonlySet<string>>()
  return (patch) => {
    let known = lines.get(patch)
    if (!known) lines.set(patch, (known = changesOf([byId.get(patch) ?? '']).lines))
    return known
  }
}
