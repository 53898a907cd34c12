import { listStates } from '../store/state.js'
import { readStatistics, type StateCount } from '../store/statistics.js'
import { mondays, toWeeks, type Week } from './weeks.js'
import type { Visit } from './visit.js'

/** Half a year. */
const WEEKS = 26

export interface ProjectFigures {
  readonly states: readonly StateCount[]
  readonly weeks: readonly Week[]
}

/** What a project's page tells in figures. */
export async function readFigures({ db, now }: Visit, project: number): Promise<ProjectFigures> {
  const starts = mondays(now, WEEKS)
  const span = { project, since: `${starts[0]}T00:00:00`, until: now }
  const { states, received, handled } = await readStatistics(db, span)
  return { states, weeks: toWeeks(starts, received, handled) }
}

/** How many patches of each project ask somebody to act, and are not put away. */
export async function readOpenCounts(visit: Visit): Promise<ReadonlyMap<number, number>> {
  const states = await listStates(visit.db)
  const isOpen = new Set(states.filter(({ action_required }) => action_required).map(({ id }) => id))
  const open = new Map<number, number>()
  for (const { id } of visit.projects) {
    const figures = await readFigures(visit, id)
    const counted = figures.states.filter(({ state_id, archived }) => !archived && isOpen.has(state_id))
    open.set(
      id,
      counted.reduce((sum, { count }) => sum + count, 0),
    )
  }
  return open
}
