import { coverPath } from '../../../src/util/urls.js'
import { insertRich, RICH, RICH_PATH } from '../../support/rich.js'
import type { Site } from '../../support/site.js'
import type { PageEntry } from '../pages.js'

/** Patches and covers. */
export const SUBMISSION_PAGES: readonly PageEntry[] = [
  { name: 'patch', path: (site) => withRich(site, RICH_PATH) },
  { name: 'patch-maintainer', path: (site) => withRich(site, RICH_PATH), as: 'mira' },
  { name: 'patch-alone', path: '/patch/31/', as: 'tess' },
  { name: 'patch-binary', path: '/patch/25/' },
  { name: 'pull-request', path: '/patch/33/' },
  { name: 'cover', path: (site) => withRich(site, coverPath('lanterna', RICH.cover)), as: 'mira' },
  { name: 'cover-comments', path: '/cover/4/' },
]

/** The rich patch comes once. */
async function withRich({ db }: Site, path: string): Promise<string> {
  const known = await db.selectFrom('covers').select('id').where('msgid', '=', `<${RICH.cover}>`).execute()
  if (known.length === 0) await insertRich(db)
  return path
}
