import { type CheckContent } from '../../domain/checks/commands.js'
import type { Values } from '../framework/body.js'
import { CHECK_STATES } from '../framework/check-filters.js'
import { addedIn, choice, hashOrNull, slug, text, webAddress, within } from '../framework/fields.js'
import { momentOrNull } from '../framework/list-fields.js'

/** What can be said of a check. */

export const CONTENT = {
  state: choice('What came out: its name or its place among them.', CHECK_STATES),
  target_url: webAddress('Where to read more.', { max: 2000, isNullable: true }),
  context: slug('What it is that was tested, in letters, digits, `-` and `_`; `default` if left out.', {
    max: 255,
  }),
  description: text('What came out, in words.', { max: 65_536, isNullable: true }),
  revision: addedIn(
    '1.4',
    within('What was tested.', {
      tree: hashOrNull('Hash of the tree: the patch applied to some base.'),
      commit: hashOrNull('Hash of the commit.'),
    }),
  ),
  expires: addedIn(
    '1.4',
    momentOrNull('Of a pending check: when it counts as gone if there is no result by then.'),
  ),
}

/** The content that a body has. */
export function toContent(values: Values<typeof CONTENT>): CheckContent {
  const { state = 0, context = 'default', revision = {}, ...others } = values
  return {
    state,
    context,
    target_url: others.target_url ?? null,
    description: others.description ?? null,
    revision_tree: revision.tree ?? null,
    revision_commit: revision.commit ?? null,
    expires: others.expires ?? null,
  }
}
