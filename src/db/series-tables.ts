import type { Generated } from 'kysely'
import type { OptionalFlag } from './schema.js'

/** What ties series to mails and to each other. */

/** Message ids that lead to a series: those of its mails and of what its first mail answered. */
export interface SeriesReferenceTable {
  id: Generated<number>
  project_id: number
  series_id: number
  msgid: string
}

export interface SeriesDependencyTable {
  series_id: number
  depends_on_id: number
  /** 1: a mail declares it, and it is resolved again; 0: it was imported, and stays. */
  from_mail: OptionalFlag
}

/** Prerequisites that a patch or a cover names; stored because they may arrive later or move to another series. */
export interface PrerequisiteTable {
  project_id: number
  patch_id: number | null
  cover_id: number | null
  /** A message id in brackets, `change-id:…`, `series-1`, `patch-1` or `cover-1`. */
  target: string
  /** That of the series that a change id names. */
  version: number | null
}
