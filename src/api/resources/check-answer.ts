import { type Static, Type } from 'typebox'
import { inOrder } from '../../db/pagination.js'
import { type CheckRow, checksById } from '../../domain/checks/queries.js'
import { isGone } from '../../domain/checks/rules.js'
import { usersById } from '../../domain/users/queries.js'
import { CHECK_STATES, GONE } from '../framework/check-filters.js'
import { EmbeddedUser, embedUser } from '../framework/embedded.js'
import type { RequestContext } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, number, orNull, text, time } from '../framework/schema.js'
import { isSince, since } from '../framework/versions.js'

/** The form of a check in answers. */

const Revision = Type.Object(
  {
    tree: orNull(text('Hash of the tree: the patch applied to some base.')),
    commit: orNull(text('Hash of the commit.')),
  },
  { description: 'What was tested; shown where it was said.' },
)

/** What is shown only where it was said, so that other checks look as clients know them. */
export const contentFields = {
  revision: since('1.4', Type.Optional(Revision)),
  expires: since('1.4', Type.Optional(time('When a pending check counts as gone; shown where it was said.'))),
}

const CheckState = Type.Union(
  [
    Type.String({ enum: [...CHECK_STATES], description: 'What came out.' }),
    since('1.4', Type.Literal(GONE, { description: 'Nothing came out: it was pending and has expired.' })),
  ],
  { description: 'What came out.' },
)

export const Check = Type.Object(
  {
    id: number('Number of the check.'),
    url: address('Where the API has the check.'),
    user: EmbeddedUser,
    date: time('When it was posted.'),
    state: CheckState,
    target_url: orNull(text('Where to read more.')),
    context: text(
      'What it is that was tested; a newer check of the same user and context replaces an older.',
    ),
    description: orNull(text('What came out, in words.')),
    ...contentFields,
  },
  { $id: 'Check', description: 'What a test of a patch came to.' },
)

/** Describes checks, in the order of their ids. */
export async function toChecks(request: RequestContext, ids: number[]): Promise<Static<typeof Check>[]> {
  return await describeChecks(request, ids, () => ({}))
}

/** The same with further fields of each. */
export async function describeChecks<F extends object>(
  request: RequestContext,
  ids: number[],
  further: (row: CheckRow) => F,
): Promise<(Static<typeof Check> & F)[]> {
  const { db, response } = request
  const rows = inOrder<CheckRow>(ids, await checksById(db, ids))
  const posters = await usersById(db, [...new Set(rows.map(({ user_id }) => user_id))])
  const users = new Map(posters.map((user) => [user.id, user]))
  const known = rows.flatMap((row) => {
    const user = users.get(row.user_id)
    // The user of the check was removed in the meantime, together with the check.
    return user ? [{ ...row, user }] : []
  })
  return known.map(({ user, ...row }) => ({
    id: row.id,
    url: response.url(`/patches/${row.patch_id}/checks/${row.id}/`),
    user: embedUser(response, user),
    date: response.date(row.date),
    state: stateOf(request, row),
    ...describeContent(response, row),
    ...further(row),
  }))
}

/** What a check says besides its state. */
export function describeContent(response: ResponseContext, row: CheckRow) {
  const { revision_tree: tree, revision_commit: commit, expires } = row
  return {
    target_url: row.target_url,
    context: row.context,
    description: row.description,
    ...(tree !== null || commit !== null ? { revision: { tree, commit } } : {}),
    ...(expires === null ? {} : { expires: response.date(expires) }),
  }
}

/** The older versions know no check that is gone. */
function stateOf(request: RequestContext, row: CheckRow): string {
  const isKnown = isSince(request.response.version, '1.4')
  if (isKnown && isGone(row, () => request.now)) return GONE
  return CHECK_STATES[row.state] ?? 'pending'
}
