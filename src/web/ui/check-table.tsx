import type { NewestCheck } from '../../domain/checks/queries.js'
import { abridge } from '../../util/text.js'
import { isWebAddress } from '../../util/urls.js'

const STATES = ['pending', 'success', 'warning', 'fail'] as const

/** A patch may have more; the rest is left to the API. */
export const MAX_CHECKS = 500

/** Characters of a description; the page that it leads to has the rest. */
const MAX_DESCRIPTION = 500

interface CheckTableProps {
  checks: readonly NewestCheck[]
  /** How many newest checks the patch has. */
  total: number
  patch: number
}

/** The newest checks of a patch, each with a link to its details. */
export function CheckTable({ checks, total, patch }: CheckTableProps) {
  if (checks.length === 0) return null
  return (
    <section aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      <table class="list checks">
        <thead>
          <tr>
            <th scope="col">Context</th>
            <th scope="col">Check</th>
            <th scope="col">Description</th>
          </tr>
        </thead>
        <tbody>
          {checks.map((check) => (
            <CheckRow check={check} />
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

function CheckRow({ check: { username, context, state, target_url, description } }: { check: NewestCheck }) {
  const text = abridge(description || 'None', MAX_DESCRIPTION)
  return (
    <tr>
      <td>
        <bdi>{`${username}/${context}`}</bdi>
      </td>
      <td>
        <b data-check={STATES[state]}>{STATES[state]}</b>
      </td>
      <td>
        {target_url !== null && isWebAddress(target_url) ? (
          <a href={target_url} rel="nofollow noopener ugc">
            <bdi>{text}</bdi>
          </a>
        ) : (
          <bdi>{text}</bdi>
        )}
      </td>
    </tr>
  )
}
