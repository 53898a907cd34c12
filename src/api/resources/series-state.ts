import { type Static, Type } from 'typebox'
import type { Database } from '../../db/schema.js'
import type { CheckCounts } from '../../domain/checks/queries.js'
import { combinedCheck } from '../../domain/checks/rules.js'
import type { SeriesPatchRow } from '../../domain/patches/queries.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { Invalid } from '../../util/errors.js'
import { EmbeddedPatch, embedPatch } from '../framework/embedded.js'
import { CHECK_STATES } from '../framework/filters.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { number, orNull, text } from '../framework/schema.js'
import { isSince, since } from '../framework/versions.js'

/** Where the patches of a series stand. */

const WHERE = 'In lists only with `include=patch_state`.'

const Check = (description: string) => Type.String({ enum: [...CHECK_STATES], description })

export const SeriesPatch = Type.Object(
  {
    ...EmbeddedPatch.properties,
    state: since('1.4', Type.Optional(text(`Slug of its state. ${WHERE}`))),
    check: since('1.4', Type.Optional(Check(`The worst of its newest checks. ${WHERE}`))),
    number: since(
      '1.4',
      Type.Optional(
        orNull(number(`Its place in the series, from 1; null for a pull request that leads it. ${WHERE}`)),
      ),
    ),
  },
  { $id: 'SeriesPatch', description: 'A patch of a series, in short.' },
)

/** The state of a series whose patches are in several. */
const MIXED = 'mixed'

export const stateFields = {
  state: since(
    '1.4',
    Type.Optional(
      orNull(
        text(
          `Slug of the state of its patches; \`${MIXED}\` if they have several; null without patches. ${WHERE}`,
        ),
      ),
    ),
  ),
  checks: since(
    '1.4',
    Type.Optional(
      Check(
        `The worst of the newest checks of all its patches; \`pending\` while one is, or if there are none. ${WHERE}`,
      ),
    ),
  ),
}

export const INCLUDE = {
  name: 'include',
  description:
    '`patch_state` adds `state` and `checks` of each series, and `state`, `check` and `number` of its patches.',
  schema: Type.String({ enum: ['patch_state'] }),
  since: '1.4' as const,
}

/** Whether a list is asked for the states. Throws Invalid. */
export function includesStates({ query, response }: RequestContext): boolean {
  const include = query.getAll('include').at(-1) ?? ''
  if (include === '' || !isSince(response.version, '1.4')) return false
  if (include === 'patch_state') return true
  const sentence = 'Only patch_state can be included.'
  throw new Invalid(sentence, { include: [sentence] })
}

/** The slugs of the states of some patches, by the numbers of the states. */
export async function readStates(
  db: Database,
  patches: readonly SeriesPatchRow[],
): Promise<ReadonlyMap<number, string>> {
  return await stateSlugs(
    db,
    patches.map(({ state_id }) => state_id),
  )
}

/** A patch within its series; with its state where `states` are given. */
export function embedSeriesPatch(
  response: ResponseContext,
  patch: SeriesPatchRow,
  states: ReadonlyMap<number, string> | undefined,
): Static<typeof SeriesPatch> {
  const embedded = embedPatch(response, patch)
  if (!states) return embedded
  return {
    ...embedded,
    state: states.get(patch.state_id) ?? '',
    check: combinedCheck(patch),
    number: patch.number,
  }
}

/** The state and the checks of a series with these patches. */
export function seriesState(patches: readonly SeriesPatchRow[], states: ReadonlyMap<number, string>) {
  const [first, ...others] = new Set(patches.map(({ state_id }) => state_id))
  const state = first === undefined ? null : (states.get(first) ?? '')
  return { state: others.length > 0 ? MIXED : state, checks: combinedCheck(sumOf(patches)) }
}

const COUNTS = ['checks_pending', 'checks_success', 'checks_warning', 'checks_fail'] as const

function sumOf(patches: readonly CheckCounts[]): CheckCounts {
  const sum = { checks_pending: 0, checks_success: 0, checks_warning: 0, checks_fail: 0 }
  for (const patch of patches) for (const count of COUNTS) sum[count] += patch[count]
  return sum
}
