import { prepare } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'

/** Series whose patches people related to each other. */

/** Maximum number of listed series. */
const MAX_RELATED_SERIES = 100

/** Each relation is read once, because a join would visit all pairs of its patches. */
const relatives = prepare<{ series: number; project: number }, { id: number }>((db, { series, project }) =>
  db
    .selectFrom('series')
    .select('id')
    .where('project_id', '=', project)
    .where('id', '!=', series)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('patches')
        .select('series_id')
        .where('series_id', 'is not', null)
        .where('relation_id', 'in', (own) =>
          own
            .selectFrom('patches')
            .select('relation_id')
            .where('series_id', '=', series)
            .where('relation_id', 'is not', null),
        )
        .$castTo<{ series_id: number }>(),
    )
    .orderBy('id')
    .limit(MAX_RELATED_SERIES),
)

/** The ids of the other series of a project whose patches are related to those of a series. */
export async function listRelatedSeries(
  db: Database,
  { id, project_id }: { id: number; project_id: number },
): Promise<number[]> {
  return (await relatives(db, { series: id, project: project_id })).map((row) => row.id)
}
