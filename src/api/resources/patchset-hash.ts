import { Type } from 'typebox'
import { mailHashesOfSeries } from '../../domain/patches/hashes.js'
import type { SeriesRow } from '../../domain/series/queries.js'
import { patchsetHash } from '../../domain/series/rules.js'
import type { RequestContext } from '../framework/request-context.js'
import { orNull, text } from '../framework/schema.js'
import { isSince, since } from '../framework/versions.js'

/** The hash by which KCIDB names the patches of a series: a field of a single series that lists do not have. */
export const patchsetFields = {
  patchset_hash: since(
    '1.4',
    Type.Optional(
      orNull(
        text(
          'Hash of the patches as KCIDB defines it: SHA-256, in hex, over the `sha256` of each patch in order, each followed by a line feed. Null without patches, and until the hash of each is computed after an upgrade. Not in lists.',
        ),
      ),
    ),
  ),
}

/** The value of the field; none for versions that do not have it. */
export async function showPatchsetHash({ db, response }: RequestContext, { id }: SeriesRow) {
  if (!isSince(response.version, '1.4')) return {}
  return { patchset_hash: patchsetHash(await mailHashesOfSeries(db, id)) ?? null }
}
