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
  { name: 'patch-old', path: ofOldVersion },
  { name: 'series-suggestion', path: withSuggestion, as: 'mira' },
  { name: 'suggestions', path: '/project/lanterna/suggestions/', as: 'mira' },
]

/** The rich patch comes once. */
export async function withRich({ db }: Site, path: string): Promise<string> {
  const known = await db.selectFrom('covers').select('id').where('msgid', '=', `<${RICH.cover}>`).execute()
  if (known.length === 0) await insertRich(db)
  return path
}

/** A series whose older version still asks for action. */
async function withSuggestion({ db }: Site): Promise<string> {
  const { series_id } = await db
    .selectFrom('suggestions')
    .select('series_id')
    .where('rule', '=', 'superseded')
    .orderBy('id')
    .limit(1)
    .executeTakeFirstOrThrow()
  return `/series/${series_id}/`
}

/** A patch that has a newer version. */
async function ofOldVersion({ db }: Site): Promise<string> {
  const { id } = await db
    .selectFrom('patches')
    .innerJoin('series', 'series.id', 'patches.series_id')
    .select('patches.id')
    .where('series.name', 'like', '%net: talk to the buoys')
    .where('series.version', '=', 1)
    .orderBy('patches.number')
    .executeTakeFirstOrThrow()
  return `/patch/${id}/`
}
