import type { NewestCheck } from '../../domain/checks/queries.js'
import { type Clock, isGone } from '../../domain/checks/rules.js'
import { abridge } from '../../util/text.js'
import { isWebAddress } from '../../util/urls.js'
import { DateTime } from './date.js'

const STATES = ['pending', 'success', 'warning', 'fail'] as const

/** A patch may have more; the rest is left to the API. */
export const MAX_CHECKS = 500

/** Characters of a description; the page that it leads to has the rest. */
const MAX_DESCRIPTION = 500

/** Characters of the host that a description leads to. */
const MAX_HOST = 60

interface CheckTableProps {
  checks: readonly NewestCheck[]
  /** How many newest checks the patch has. */
  total: number
  patch: number
  /** Contexts that the project requires and the patch lacks. */
  missing: readonly string[]
  clock: Clock
}

/** The newest checks of a patch, each with a link to its details, and those that are missing. */
export function CheckTable({ checks, total, patch, missing, clock }: CheckTableProps) {
  if (checks.length + missing.length === 0) return null
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <table class="list checks">
        <thead>
          <tr>
            <th scope="col">Context</th>
            <th scope="col">Check</th>
            <th scope="col">Description</th>
            <th scope="col">Target</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <CheckRow check={check} state={isGone(check, clock) ? 'gone' : STATES[check.state]} />
          ))}
          {missing.map((context) => (
            <MissingRow context={context} />
          ))}
        </tbody>
      </table>
      {total > checks.length && (
        <p class="notice">
          {total - checks.length} more checks are not shown;{' '}
          <a href={`/api/patches/${patch}/checks/`}>the API has them all</a>.
        </p>
      )}
    </section>
  )
}

interface CheckRowProps {
  check: NewestCheck
  state: string | undefined
}

function CheckRow({ check: { username, context, target_url, description, expires }, state }: CheckRowProps) {
  const text = abridge(description || 'None', MAX_DESCRIPTION)
  const target = target_url !== null && isWebAddress(target_url) ? target_url : undefined
  return (
    <tr>
      <td>
        <bdi>{`${username}/${context}`}</bdi>
      </td>
      <td>
        <b data-check={state}>{state}</b>
        {expires !== null && (state === 'pending' || state === 'gone') && (
          <>
            {state === 'gone' ? ' since ' : ' until '}
            <DateTime time={expires} />
          </>
        )}
      </td>
      <td>
        {target === undefined ? (
          <bdi>{text}</bdi>
        ) : (
          <a href={target} rel="nofollow noopener ugc">
            <bdi>{text}</bdi>
          </a>
        )}
      </td>
      <td>{target !== undefined && <bdi class="mono">{abridge(new URL(target).host, MAX_HOST)}</bdi>}</td>
    </tr>
  )
}

/** A check that the project requires and nobody has posted. */
function MissingRow({ context }: { context: string }) {
  return (
    <tr>
      <td>
        <bdi>{context}</bdi>
      </td>
      <td>
        <b data-check="missing">missing</b>
      </td>
      <td>Required by the project</td>
      <td />
    </tr>
  )
}
