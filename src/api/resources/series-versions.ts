import { type TSchema, Type } from 'typebox'
import type { SeriesRow } from '../../domain/series/queries.js'
import {
  findChangeId,
  readVersions,
  VERSION_REASONS,
  type VersionWithReason,
} from '../../domain/topics/versions.js'
import { seriesPath } from '../../util/urls.js'
import { projectOf } from '../framework/embedded.js'
import type { RequestContext } from '../framework/request-context.js'
import { address, number, orNull, text } from '../framework/schema.js'
import { isSince, since } from '../framework/versions.js'

/** The versions of a series: fields of a single one that lists do not have. */

const SeriesVersion = Type.Object(
  {
    id: number('Number of the series.'),
    version: number('Its version.'),
    url: address('Where the API has the series.'),
    web_url: address('Its page.'),
    reason: orNull(
      Type.Enum([...VERSION_REASONS]),
      'Why it continues an earlier one: what a person said, or the strongest evidence; null if it continues none.',
    ),
  },
  { $id: 'SeriesVersion', description: 'A version of the same work.' },
)

const detail = <S extends TSchema>(schema: S) => since('1.4', Type.Optional(schema))

export const versionFields = {
  change_id: detail(orNull(text("b4's change id, which all versions have in common. Not in lists."))),
  versions: detail(
    Type.Array(SeriesVersion, {
      description: 'All versions of the work in their order, itself included. Not in lists.',
    }),
  ),
  previous: detail(orNull(SeriesVersion, 'The version before it; null if it is the first. Not in lists.')),
  next: detail(orNull(SeriesVersion, 'The version after it; null if it is the latest. Not in lists.')),
}

/** The values of these fields; none for versions that do not have them. */
export async function showVersions({ db, response }: RequestContext, row: SeriesRow) {
  if (!isSince(response.version, '1.4')) return {}
  const { versions, previous, next } = await readVersions(db, row)
  const embed = ({ id, version, reason }: VersionWithReason) => ({
    id,
    version,
    url: response.url(`/series/${id}/`),
    web_url: response.base + seriesPath(projectOf(response, row.project_id).link_name, id),
    reason,
  })
  return {
    change_id: (await findChangeId(db, row.id)) ?? null,
    versions: versions.map(embed),
    previous: previous ? embed(previous) : null,
    next: next ? embed(next) : null,
  }
}
