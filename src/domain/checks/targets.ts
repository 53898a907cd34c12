import { prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { Invalid } from '../../util/errors.js'
import { patchesBySeries } from '../patches/queries.js'
import { type EditablePatch, readEditable } from '../patches/updates.js'
import { existingSeries } from '../series/queries.js'

/** What checks are posted on: requests name patches, series and mails. */

/** What one check is posted on. A message id is that of a patch or of a cover, with its angle brackets. */
export type CheckTarget =
  | { readonly patch: number }
  | { readonly series: number }
  | { readonly msgid: string }

/** The patches of a target in one project: the check is posted on all of them or on none. */
export interface TargetGroup {
  readonly projectId: number
  readonly patches: readonly EditablePatch[]
}

/** Finds the patches of targets, whatever their number, by the same few statements. */
export async function readTargets(
  db: Database,
  targets: readonly CheckTarget[],
): Promise<(target: CheckTarget) => TargetGroup[]> {
  const mails = await readMails(
    db,
    targets.flatMap((target) => ('msgid' in target ? target.msgid : [])),
  )
  const named = targets.flatMap((target) => ('series' in target ? target.series : []))
  const covered = [...mails.values()].flat().flatMap(({ series }) => series ?? [])
  const bySeries = Map.groupBy(
    await patchesBySeries(db, [...new Set([...named, ...covered])]),
    ({ series_id }) => series_id,
  )
  const inSeries = (id: number) => (bySeries.get(id) ?? []).map((patch) => patch.id)
  const listsOf = (target: CheckTarget): number[][] => {
    if ('patch' in target) return [[target.patch]]
    if ('series' in target) return [inSeries(target.series)]
    return (mails.get(target.msgid) ?? []).map(({ patch, series }) =>
      patch === null ? inSeries(series ?? 0) : [patch],
    )
  }
  const ids = new Set(targets.flatMap(listsOf).flat())
  const rows = new Map((await readEditable(db, [...ids])).map((row) => [row.id, row]))
  const seriesThere = new Set(await existingSeries(db, named))
  return (target) => {
    const groups = listsOf(target).flatMap((list) => {
      const patches = list.flatMap((id) => rows.get(id) ?? [])
      return patches[0] ? [{ projectId: patches[0].project_id, patches }] : []
    })
    if (groups.length === 0) throw unknownTarget(target, seriesThere)
    return groups
  }
}

function invalid(field: string, sentence: string): Invalid {
  return new Invalid(sentence, { [field]: [sentence] })
}

function unknownTarget(target: CheckTarget, seriesThere: ReadonlySet<number>): Invalid {
  if ('patch' in target) return invalid('patch', `Invalid pk "${target.patch}" - object does not exist.`)
  if ('msgid' in target) return invalid('msgid', 'No patch and no cover letter has this message id.')
  return seriesThere.has(target.series)
    ? invalid('series', 'No patch of this series has arrived yet.')
    : invalid('series', `Invalid pk "${target.series}" - object does not exist.`)
}

/** A patch, or the series of a cover. */
interface FoundMail {
  msgid: string
  patch: number | null
  series: number | null
}

const patchesOfMails = prepareForTexts<object, { msgid: string; patch: number }>((db, _, msgids) =>
  db
    .selectFrom('patches')
    .select(['msgid', 'id as patch'])
    .where('msgid', 'in', msgids)
    .orderBy('project_id')
    .orderBy('id'),
)

const seriesOfCovers = prepareForTexts<object, { msgid: string; series: number }>((db, _, msgids) =>
  db
    .selectFrom('covers')
    .innerJoin('series', 'series.cover_id', 'covers.id')
    .select(['covers.msgid', 'series.id as series'])
    .where('covers.msgid', 'in', msgids)
    .orderBy('covers.project_id')
    .orderBy('series.id'),
)

async function readMails(db: Database, msgids: readonly string[]): Promise<Map<string, FoundMail[]>> {
  const wanted = [...new Set(msgids)]
  const patches = await patchesOfMails(db, {}, wanted)
  const covers = await seriesOfCovers(db, {}, wanted)
  const found = [
    ...patches.map((row) => ({ ...row, series: null })),
    ...covers.map((row) => ({ ...row, patch: null })),
  ]
  return Map.groupBy<string, FoundMail>(found, ({ msgid }) => msgid)
}
