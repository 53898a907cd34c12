import { type Static, Type } from 'typebox'
import { type MissingContexts, missingContexts } from '../../domain/checks/required.js'
import { type Clock, combinedCheck, sumOfCounts } from '../../domain/checks/rules.js'
import type { SeriesPatchRow } from '../../domain/patches/queries.js'
import { stateSlugs } from '../../domain/states/queries.js'
import { Invalid } from '../../util/errors.js'
import { CHECK_STATES } from '../framework/check-filters.js'
import { EmbeddedPatch, embedPatch } from '../framework/embedded.js'
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
        `The worst of the newest checks of all its patches; \`pending\` while one is, if there are none, or while a required one is missing. ${WHERE}`,
      ),
    ),
  ),
  missing_contexts: since(
    '1.4',
    Type.Optional(
      Type.Array(Type.String(), {
        description: `The contexts that its project requires and one of its patches lacks. Where the project requires any. ${WHERE}`,
      }),
    ),
  ),
}

export const INCLUDE = {
  name: 'include',
  description:
    '`patch_state` adds `state`, `checks` and `missing_contexts` of each series, and `state`, `check` and `number` of its patches.',
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

/** What is known of patches besides their rows. */
export interface Standing {
  /** The slugs of states, by their numbers. */
  readonly states: ReadonlyMap<number, string>
  readonly missing: MissingContexts
  readonly clock: Clock
}

/** Reads where some patches stand. */
export async function readStanding(
  request: RequestContext,
  patches: readonly SeriesPatchRow[],
): Promise<Standing> {
  const { db } = request
  const clock = () => request.now
  const states = await stateSlugs(
    db,
    patches.map(({ state_id }) => state_id),
  )
  return { states, missing: await missingContexts(db, patches, clock), clock }
}

/** A patch within its series; with its state where that is known. */
export function embedSeriesPatch(
  response: ResponseContext,
  patch: SeriesPatchRow,
  standing: Standing | undefined,
): Static<typeof SeriesPatch> {
  const embedded = embedPatch(response, patch)
  if (!standing) return embedded
  const { states, missing, clock } = standing
  return {
    ...embedded,
    state: states.get(patch.state_id) ?? '',
    check: combinedCheck(patch, clock, isOneMissing(missing, patch)),
    number: patch.number,
  }
}

function isOneMissing(missing: MissingContexts, { id }: { id: number }): boolean {
  return (missing.get(id) ?? []).length > 0
}

/** The state and the checks of a series with these patches. */
export function seriesState({ states, missing, clock }: Standing, patches: readonly SeriesPatchRow[]) {
  const [first, ...others] = new Set(patches.map(({ state_id }) => state_id))
  const state = first === undefined ? null : (states.get(first) ?? '')
  const isMissing = patches.some((patch) => isOneMissing(missing, patch))
  const isRequired = patches.some(({ id }) => missing.has(id))
  return {
    state: others.length > 0 ? MIXED : state,
    checks: combinedCheck(sumOfCounts(patches), clock, isMissing),
    ...(isRequired
      ? { missing_contexts: [...new Set(patches.flatMap(({ id }) => missing.get(id) ?? []))] }
      : {}),
  }
}
