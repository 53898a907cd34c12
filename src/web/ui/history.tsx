import type { HistoryRow } from '../../domain/changes/queries.js'
import type { State } from '../../domain/states/queries.js'
import { NO_VERSION } from '../../domain/topics/decisions.js'
import type { RequestContext } from '../framework/request-context.js'
import { countOfPatches } from '../text/count.js'
import { DateTime } from './date.js'
import { UndoForm } from './undo-form.js'

/** Maximum number of lines of a history. */
export const MAX_HISTORY = 50

interface HistoryProps {
  context: RequestContext
  /** The newest first. */
  rows: readonly HistoryRow[]
  states: readonly State[]
  /** Whether the viewer may undo what others changed. */
  maintains: boolean
  /** Whether it is of one patch, so that it needs no numbers. */
  isOfPatch?: boolean
}

/** Who changed what of a patch or a series, and when; folded. */
export function History({ context, rows, states, maintains, isOfPatch = false }: HistoryProps) {
  if (rows.length === 0) return null
  const batches = [...Map.groupBy(rows, ({ batch_id }) => batch_id).values()]
  return (
    <details class="history">
      <summary>History</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Date</th>
            <th scope="col">Who</th>
            <th scope="col">Change</th>
            <th scope="col">
              <span class="hidden">Undo</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {batches.map((lines) => (
            <Batch
              context={context}
              lines={lines}
              states={states}
              maintains={maintains}
              isOfPatch={isOfPatch}
            />
          ))}
        </tbody>
      </table>
      {rows.length === MAX_HISTORY && <p>Older changes are not shown.</p>}
    </details>
  )
}

interface BatchProps extends Omit<HistoryProps, 'rows'> {
  lines: readonly HistoryRow[]
}

function Batch({ context, lines, states, maintains, isOfPatch = false }: BatchProps) {
  const [first] = lines
  if (!first) return null
  const { time, batch_id, actor_id, rule, evidence, undoes_id } = first
  const isUndone = lines.every(({ count, undone }) => undone === count)
  const { viewer } = context
  const isAllowed = viewer !== undefined && (maintains || viewer.id === actor_id)
  return (
    <tr>
      <td>
        <DateTime time={time} />
      </td>
      <td>
        <bdi>{nameOfActor(first)}</bdi>
        {rule !== null && <small> by the rule “{rule}”</small>}
        {undoes_id !== null && <small> (undo)</small>}
      </td>
      <td>
        <ul>
          {lines.map((line) => (
            <li>
              {describe(line, states)}
              {!isOfPatch && line.field !== 'previous' && ` (${countOfPatches(line.count)})`}
            </li>
          ))}
        </ul>
        {evidence !== null && <small dir="auto">{evidence}</small>}
      </td>
      <td>
        {isUndone
          ? 'undone'
          : isAllowed && <UndoForm context={context} change={batch_id} label={labelOf(first)} />}
      </td>
    </tr>
  )
}

/** The name of an account as it is now; of the command line and of mail no more is shown to the public. */
function nameOfActor({ actor_username, actor_id, actor, way }: HistoryRow): string {
  if (actor_username !== null) return actor_username
  return actor_id === null ? way : actor
}

const FIELD_NAMES: Readonly<Record<HistoryRow['field'], string>> = {
  state: 'state',
  delegate: 'delegate',
  archived: 'archived',
  previous: 'the version',
  commit_ref: 'the commit',
}

function labelOf({ time, field }: HistoryRow): string {
  return `Undo the change of ${FIELD_NAMES[field]} of ${time.slice(0, 16).replace('T', ' ')}`
}

function describe(row: HistoryRow, states: readonly State[]): string {
  const { field, before, after } = row
  if (field === 'archived') return after === 1 ? 'archived' : 'not archived any more'
  if (field === 'state') return `state: ${nameOfState(before, states)} → ${nameOfState(after, states)}`
  if (field === 'delegate')
    return `delegate: ${nameOfUser(before, row.before_username)} → ${nameOfUser(after, row.after_username)}`
  if (field === 'commit_ref') return `commit: ${row.before_text ?? 'none'} → ${row.after_text ?? 'none'}`
  return `version before it: ${nameOfVersion(before)} → ${nameOfVersion(after)}`
}

function nameOfState(id: number | null, states: readonly State[]): string {
  return states.find((state) => state.id === id)?.name ?? 'removed state'
}

function nameOfUser(id: number | null, username: string | null): string {
  return id === null ? 'nobody' : (username ?? 'removed account')
}

function nameOfVersion(decision: number | null): string {
  if (decision === null) return 'as found'
  return decision === NO_VERSION ? 'none' : `series ${decision}`
}
