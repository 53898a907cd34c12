import type { Ids } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import { matchByName } from '../../range-diff/by-name.js'
import type { Compared, PostedPatch } from '../../range-diff/compare.js'
import { formatRangeDiff } from '../../range-diff/format.js'
import type { Pair } from '../../range-diff/range-diff.js'
import type { RangeDiffRunner } from '../../range-diff/runner.js'
import { textSizes } from '../patches/text-sizes.js'
import { withoutPrefixes } from './rules.js'

/** Comparisons of two series. */

/** Patches of both series together, and bytes of their texts; beyond, patches are matched by name. */
const MAX_PATCHES = 500
const MAX_BYTES = 8 * 1024 * 1024

/** The cost of a created or deleted patch in percent of its lines, as git has it by default. */
export const DEFAULT_CREATION_FACTOR = 60
export const MIN_CREATION_FACTOR = 60
export const MAX_CREATION_FACTOR = 999

/** A patch of a compared series. */
export interface ComparedPatch {
  readonly id: number
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
  /** Whether the changes between matched patches are wanted. */
  readonly withHunks: boolean
  /** Waits until there is room in memory for the texts. */
  readonly enter: (bytes: number) => Promise<void>
}

const patchesOf = prepare<{ series: number }, ComparedPatch>((db, { series }) =>
  db
    .selectFrom('patches')
    .select(['id', 'msgid', 'name'])
    .where('series_id', '=', series)
    .where('number', 'is not', null)
    .orderBy('number'),
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

function patchAt(patches: readonly ComparedPatch[], index: number | undefined): ComparedPatch | undefined {
  return index === undefined ? undefined : patches[index]
}

function byName(left: readonly ComparedPatch[], right: readonly ComparedPatch[]): Compared {
  const namesOf = (patches: readonly ComparedPatch[]) => patches.map(({ name }) => withoutPrefixes(name))
  const names = { left: namesOf(left), right: namesOf(right) }
  return { ...names, pairs: matchByName(names.left, names.right), truncated: true }
}

/** A comparison as `git range-diff` prints it. */
export function formatComparison({ pairs, left, right }: SeriesComparison): string {
  return formatRangeDiff(pairs, left, right)
}

/** The comparison of all texts; undefined beyond a limit. */
async function compareTexts(
  db: Database,
  left: readonly ComparedPatch[],
  right: readonly ComparedPatch[],
  { creationFactor = DEFAULT_CREATION_FACTOR, runner, withHunks, enter }: ComparisonOptions,
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
  return await runner.compare({ left: left.map(post), right: right.map(post), creationFactor, withHunks })
}

function toPosted(name: string, row: TextRow | undefined): PostedPatch {
  if (!row) return { name, headers: '', text: '', diff: '' }
  const { headers, content, above_diff: above, diff } = row
  return { name, headers, text: content.slice(0, above ?? undefined), diff: diff ?? '' }
}
