import { sql } from 'kysely'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { type SeriesRow, seriesById } from './queries.js'

/** Links between the versions of a series (v1, v2, …), found by sender and name, or by related patches. */

/** Maximum number of listed versions. */
const MAX_VERSIONS = 100

interface Posting {
  id: number
  version: number
  date: string
}

interface Named {
  series: number
  /** The lowest requested version. */
  from: number
  project: number
  submitter: number
  name: string
  prefixed: string
}

/** Series of one sender or account that have the same name, ignoring bracketed prefixes. */
const namesakes = prepare<Named, Posting>((db, { series, from, project, submitter, name, prefixed }) =>
  db
    .selectFrom('series')
    .select(['id', 'version', 'date'])
    .where('project_id', '=', project)
    .where('version', '>=', from)
    .where((eb) =>
      eb.or([
        eb('submitter_id', '=', submitter),
        eb(
          'submitter_id',
          'in',
          eb
            .selectFrom('people as one')
            .innerJoin('people as other', 'other.user_id', 'one.user_id')
            .select('other.id')
            .where('one.id', '=', submitter),
        ),
      ]),
    )
    .where((eb) => eb.or([eb('name', '=', name), sql<boolean>`name like ${prefixed} escape '\\'`]))
    // Of many series with one name, such as daily reports by a program, the nearest.
    .orderBy((eb) => sql`abs(${eb.ref('id')} - ${series})`)
    .limit(MAX_VERSIONS),
)

/**
 * Series whose patches users related to those of a series. Each relation is read once, because a join would visit
 * all pairs of its patches.
 */
const relatives = prepare<{ series: number; project: number }, Posting>((db, { series, project }) =>
  db
    .selectFrom('series')
    .select(['id', 'version', 'date'])
    .where('project_id', '=', project)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('patches')
        .select('series_id')
        .where('series_id', 'is not', null)
        .where('relation_id', 'in', (own) =>
          own
            .selectFrom('patches')
            .select('relation_id')
            .where('series_id', '=', series)
            .where('relation_id', 'is not', null),
        )
        .$castTo<{ series_id: number }>(),
    )
    .orderBy('id')
    .limit(MAX_VERSIONS),
)

const PREFIXES = /^(?:\[[^\]]*\]\s*)+/

/**
 * The ids of all versions of a posting, including itself, by version: those that are
 * related to it, and for each other version the nearest one of the same sender and name.
 */
export async function listVersions(db: Database, series: SeriesRow): Promise<number[]> {
  return (await postingsFrom(db, series, 0)).map(({ id }) => id)
}

/** The newest version of a posting, if there is a newer one than `series`; the last one of `listVersions`. */
export async function findNewerVersion(db: Database, series: SeriesRow): Promise<SeriesRow | undefined> {
  const newest = (await postingsFrom(db, series, series.version + 1)).at(-1)
  if (!newest || newest.version <= series.version) return undefined
  return (await seriesById(db, [newest.id]))[0]
}

/** The postings of a version from `from` on; always includes `series` itself. */
async function postingsFrom(db: Database, series: SeriesRow, from: number): Promise<Posting[]> {
  const { id, project_id: project, submitter_id: submitter } = series
  const name = (series.name ?? '').replace(PREFIXES, '')
  const prefixed = `%] ${escapeLike(name)}`
  const named =
    name === '' ? [] : await namesakes(db, { series: id, from, project, submitter, name, prefixed })
  const versions = new Map<number, Posting>([[series.version, series]])
  const distance = ({ date }: Posting) => Math.abs(Date.parse(`${date}Z`) - Date.parse(`${series.date}Z`))
  for (const one of named.toSorted((a, b) => distance(a) - distance(b)))
    if (!versions.has(one.version)) versions.set(one.version, one)
  const related = await relatives(db, { series: id, project })
  const all = new Map([...versions.values(), ...related].map((one) => [one.id, one]))
  return [...all.values()].toSorted((a, b) => a.version - b.version || a.id - b.id)
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

interface NamedPatch {
  series: number
  name: string
  prefixed: string
}

const patchesNamed = prepare<NamedPatch, { msgid: string }>((db, { series, name, prefixed }) =>
  db
    .selectFrom('patches')
    .select('msgid')
    .where('series_id', '=', series)
    .where((eb) => eb.or([eb('name', '=', name), sql<boolean>`name like ${prefixed} escape '\\'`]))
    .orderBy('number')
    .limit(1),
)

/** The message id of the patch of a series that has the same name as another, ignoring bracketed prefixes. */
export async function findPatchOfSameName(
  db: Database,
  series: number,
  name: string,
): Promise<string | undefined> {
  const bare = name.replace(PREFIXES, '')
  const [patch] = await patchesNamed(db, { series, name: bare, prefixed: `%] ${escapeLike(bare)}` })
  return patch?.msgid
}
