import type { Database } from '../../db/schema.js'
import { type NewLink, newestMails, recordLinks } from '../series-events/updates.js'
import type { LinkChange, TopicLink } from './components.js'
import { readDecisions } from './decisions.js'

/** Records which series were linked to other versions by incoming mail; where a person decided, nothing changed. */
export async function tellLinks(
  db: Database,
  project: number,
  changes: readonly LinkChange[],
): Promise<void> {
  const moved = changes.filter(
    ({ before, after }) => strongest(before)?.earlier !== strongest(after)?.earlier,
  )
  if (moved.length === 0) return
  const ids = moved.map(({ series }) => series.id)
  const decided = await readDecisions(db, ids)
  const earlier = moved.flatMap(({ after }) => strongest(after)?.earlier ?? [])
  const times = new Map(
    (await newestMails(db, [...new Set([...ids, ...earlier])])).map((row) => [row.series_id, row.received]),
  )
  const links = moved.flatMap(({ series, after }): NewLink[] => {
    if (decided.has(series.id)) return []
    const link = strongest(after)
    const [own = '', other = ''] = [times.get(series.id), times.get(link?.earlier ?? 0)]
    return [
      {
        project_id: project,
        series_id: series.id,
        other_id: link?.earlier ?? null,
        reason: link?.reason ?? null,
        // The mail that came last is the one by which they were linked.
        date: own > other ? own : other,
        actor_id: null,
      },
    ]
  })
  await recordLinks(db, links)
}

function strongest(links: readonly TopicLink[]): TopicLink | undefined {
  return links.toSorted((a, b) => b.score - a.score || b.earlier - a.earlier)[0]
}
