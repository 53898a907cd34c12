import type { AuditEntry, FieldChange, FieldValue } from '../../domain/audit/queries.js'
import { DateTime } from '../ui/date.js'

/** Past tense of actions; `end sessions` needs its object first. */
const DONE: Readonly<Record<string, string>> = {
  add: 'added',
  change: 'changed',
  remove: 'removed',
  'end sessions': 'logged out everywhere',
  retry: 'took again',
  cancel: 'cancelled',
  retag: 'counted the tags again of',
  rehash: 'computed the hashes again of',
  recheck: 'requested checks of',
}

/** Kinds that carry the name of their parent. */
const KINDS: Readonly<Record<string, string>> = { token: 'token of', 'opt-out': 'opt-out of' }

/** A table of changes: when, who, what, and the value before. */
export function AuditTable({ changes }: { changes: readonly AuditEntry[] }) {
  return (
    <table class="list lines">
      <thead>
        <tr>
          <th>When</th>
          <th>Who</th>
          <th>What</th>
          <th>Change</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((each) => (
          <tr>
            <td class="narrow">
              <DateTime time={each.time} />
            </td>
            <td>
              <bdi>{each.actor}</bdi>
              {each.way !== 'page' && <small class="help"> ({each.way})</small>}
            </td>
            <td>
              {DONE[each.action] ?? each.action} {KINDS[each.kind] ?? each.kind} <bdi>{each.name}</bdi>
            </td>
            <td>
              {Object.entries(each.changes).map(([field, change], index) => (
                <>
                  {index > 0 && '; '}
                  <FieldLine field={field} change={change} />
                </>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function FieldLine({ field, change: { from, to } }: { field: string; change: FieldChange }) {
  return (
    <>
      {field.replaceAll('_', ' ')}
      {from !== undefined && (
        <>
          {' '}
          <del>
            <Value value={from} />
          </del>
        </>
      )}
      {to !== undefined && (
        <>
          {' '}
          <ins>
            <Value value={to} />
          </ins>
        </>
      )}
    </>
  )
}

function Value({ value }: { value: FieldValue }) {
  if (value === '' || value === null) return <span class="muted">nothing</span>
  return <bdi>{value}</bdi>
}
