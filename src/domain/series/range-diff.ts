import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database, Time } from '../../db/schema.js'
import { matchByName } from '../../range-diff/by-name.js'
import type { Compared, PostedPatch } from '../../range-diff/compare.js'
import { formatRangeDiff } from '../../range-diff/format.js'
import type { Pair } from '../../range-diff/range-diff.js'
import type { RangeDiffRunner } from '../../range-diff/runner.js'
import { Invalid } from '../../util/errors.js'
import { textSizes } from '../patches/text-sizes.js'
import { withoutPrefixes } from './rules.js'

/** Comparisons of two series. */

/** Patches of both series together, and bytes of their texts; beyond, patches are matched by name. */
const MAX_PATCHES = 500
const MAX_BYTES = 8 * 1024 * 1024

/** Bytes of changes that a comparison with them has at most. */
export const MAX_HUNK_BYTES = 8 * 1024 * 1024

/** The cost of a created or deleted patch in percent of its lines, as git has it by default. */
export const DEFAULT_CREATION_FACTOR = 60
export const MIN_CREATION_FACTOR = 60
export const MAX_CREATION_FACTOR = 999

/** A patch of a compared series. */
export interface ComparedPatch {
  readonly id: number
  /** Its place in the series. */
  readonly number: number
  readonly date: Time
  readonly msgid: string
  readonly name: string
}

export interface SeriesComparison extends Omit<Compared, 'pairs'> {
  readonly pairs: readonly ComparedPair[]
}

/** A pair with its patches; those on the left are of the first series. */
export interface ComparedPair extends Pair {
  readonly leftPatch: ComparedPatch | undefined
  readonly rightPatch: ComparedPatch | undefined
}

export interface ComparisonOptions {
  readonly creationFactor?: number | undefined
  readonly runner: RangeDiffRunner
  /** Bytes of changes between matched patches that are wanted; 0: none. */
  readonly maxHunkBytes: number
  /** Waits until there is room in memory for the texts. */
  readonly enter: (bytes: number) => Promise<void>
}

const patchesOf = prepare<{ series: number }, ComparedPatch>((db, { series }) =>
  db
    .selectFrom('patches')
    .select(['id', 'number', 'date', 'msgid', 'name'])
    .where('series_id', '=', series)
    .where('number', 'is not', null)
    .orderBy('number')
    .$narrowType<{ number: number }>(),
)

interface TextRow {
  id: number
  headers: string
  content: string
  diff: string | null
  above_diff: number | null
}

const patchTexts = prepare<Ids, TextRow>((db, { ids }) =>
  db
    .selectFrom('patch_texts')
    .select(['patch_id as id', 'headers', 'content', 'diff', 'above_diff'])
    .where((eb) => capabilities(db).anyOf(eb.ref('patch_id'), ids)),
)

/**
 * Compares the received patches of two series as `git range-diff` does. Beyond a limit of size, time or load the
 * patches are matched by name, and the result is marked as truncated.
 */
export async function compareTwoSeries(
  db: Database,
  leftId: number,
  rightId: number,
  options: ComparisonOptions,
): Promise<SeriesComparison> {
  const [left, right] = [await patchesOf(db, { series: leftId }), await patchesOf(db, { series: rightId })]
  const compared = (await compareTexts(db, left, right, options)) ?? byName(left, right)
  return {
    ...compared,
    pairs: compared.pairs.map((pair) => ({
      ...pair,
      leftPatch: patchAt(left, pair.left),
      rightPatch: patchAt(right, pair.right),
    })),
  }
}

/** Reads a creation factor from a query; undefined without one. Throws Invalid. */
export function readCreationFactor(query: URLSearchParams): number | undefined {
  const value = query.getAll('creation_factor').at(-1) ?? ''
  if (value === '') return undefined
  const factor = /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (factor >= MIN_CREATION_FACTOR && factor <= MAX_CREATION_FACTOR) return factor
  const sentence = `A whole number from ${MIN_CREATION_FACTOR} to ${MAX_CREATION_FACTOR} is required.`
  throw new Invalid(sentence, { creation_factor: [sentence] })
}

/** Throws Invalid unless both series belong to one project. */
export function requireOneProject(left: { project_id: number }, right: { project_id: number }): void {
  if (left.project_id === right.project_id) return
  const sentence = 'Both series must belong to the same project.'
  throw new Invalid(sentence, { other_id: [sentence] })
}

function patchAt(patches: readonly ComparedPatch[], index: number | undefined): ComparedPatch | undefined {
  return index === undefined ? undefined : patches[index]
}

function byName(left: readonly ComparedPatch[], right: readonly ComparedPatch[]): Compared {
  const namesOf = (patches: readonly ComparedPatch[]) => patches.map(({ name }) => withoutPrefixes(name))
  const names = { left: namesOf(left), right: namesOf(right) }
  return { ...names, pairs: matchByName(names.left, names.right), truncated: true, isCut: false }
}

/** A comparison as `git range-diff` prints it. */
export function formatComparison(comparison: SeriesComparison): string {
  return formatRangeDiff(comparison)
}

/** The comparison of all texts; undefined beyond a limit. */
async function compareTexts(
  db: Database,
  left: readonly ComparedPatch[],
  right: readonly ComparedPatch[],
  { creationFactor = DEFAULT_CREATION_FACTOR, runner, maxHunkBytes, enter }: ComparisonOptions,
): Promise<Compared | undefined> {
  const ids = [...left, ...right].map(({ id }) => id)
  if (ids.length > MAX_PATCHES) return undefined
  const sizes = await textSizes(db, 'patch', ids)
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  if (bytes > MAX_BYTES) return undefined
  await enter(bytes)
  const texts = new Map<number, TextRow>()
  for (const row of await patchTexts(db, { ids: capabilities(db).listParameter(ids) })) texts.set(row.id, row)
  const post = ({ id, name }: ComparedPatch): PostedPatch => toPosted(withoutPrefixes(name), texts.get(id))
  return await runner.compare({ left: left.map(post), right: right.map(post), creationFactor, maxHunkBytes })
}

function toPosted(name: string, row: TextRow | undefined): PostedPatch {
  if (!row) return { name, headers: '', text: '', diff: '' }
  const { headers, content, above_diff: above, diff } = row
  return { name, headers, text: content.slice(0, above ?? undefined), diff: diff ?? '' }
}
