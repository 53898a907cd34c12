import { type TSchema, Type } from 'typebox'
import { COMBINED_CHECKS, type CombinedFilter, isCombinedCheck } from '../../domain/checks/combined-filter.js'
import { type StateFilter, stateAt } from '../../domain/checks/filter.js'
import { type Filter, isNumber, noneOf, single } from './filter.js'
import { isSince, type Version } from './versions.js'

/** Names of check states, by their number in the database. */
export const CHECK_STATES = ['pending', 'success', 'warning', 'fail'] as const

/** The state of a pending check that has expired, since 1.4. */
export const GONE = 'gone'

const CheckState = checkStatesAt('1.0')

/** The values that a version knows for the state of a check. */
export function checkStatesAt(version: Version): TSchema {
  const names = isSince(version, '1.4') ? [...CHECK_STATES, GONE] : [...CHECK_STATES]
  return Type.Union([
    Type.String({ enum: names }),
    Type.Integer({ minimum: 0, maximum: CHECK_STATES.length - 1 }),
  ])
}

/** The state of a check, by its name or number; since 1.4 pending checks that have expired are `gone`. */
export const checkState: Filter<StateFilter> = single(CheckState, (value, version, clock) => {
  const hasGone = isSince(version, '1.4')
  if (hasGone && value === GONE) return stateAt(GONE, clock)
  const index = isNumber(value) ? Number(value) : CHECK_STATES.indexOf(value as 'pending')
  if (!(index in CHECK_STATES)) return noneOf(value, [...CHECK_STATES, GONE])
  return hasGone ? stateAt(index, clock) : { state: index }
})

/** What checks come to. */
export const combinedChecks: Filter<CombinedFilter> = single(
  Type.String({ enum: [...COMBINED_CHECKS] }),
  (value, _, clock) => {
    if (isCombinedCheck(value)) return { check: value, at: clock() }
    return noneOf(value, COMBINED_CHECKS)
  },
)
