import type { StateCount } from '../../domain/projects/statistics.js'
import type { RequestContext } from '../framework/request-context.js'
import { mondays, toWeeks, type Week } from './weeks.js'

/** Half a year. */
const WEEKS = 26

export interface ProjectFigures {
  readonly states: readonly StateCount[]
  readonly weeks: readonly Week[]
}

/** The figures on the page of a project. */
export async function readFigures(
  { statistics, now }: RequestContext,
  project: number,
): Promise<ProjectFigures> {
  const starts = mondays(now, WEEKS)
  const span = { project, since: `${starts[0]}T00:00:00`, until: now }
  const { states, received, handled } = await statistics.readStatistics(span)
  return { states, weeks: toWeeks(starts, received, handled) }
}
