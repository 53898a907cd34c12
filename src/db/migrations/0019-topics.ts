import type { Database } from '../schema.js'
import { Tables } from '../tables.js'

/** Every series belongs to a topic: all postings of one work. Those that are there get theirs by `relink`. */
export async function up(db: Database): Promise<void> {
  const define = new Tables(db)
  await define.plain('topic_members', (table) =>
    table
      .owner('series_id', 'series')
      .numbers('project_id', 'topic_id', 'submitter_id', 'version')
      .flags({ is_latest: 1 })
      .texts('name_key', 'date'),
  )
  await define.index('topic_members', 'topic_id')
  await define.index('topic_members', 'project_id', 'name_key', 'date')
  await define.index('topic_members', 'submitter_id', 'project_id', 'date')
  await define.plain('topic_links', (table) =>
    table.reference('series_id', 'series').reference('earlier_id', 'series').texts('reason').numbers('score'),
  )
  await define.index('topic_links', 'series_id')
  await define.index('topic_links', 'earlier_id')
  await define.plain('topic_decisions', (table) =>
    table.owner('series_id', 'series').optionalReference('earlier_id', 'series').texts('date'),
  )
  await define.index('topic_decisions', 'earlier_id')
  await define.plain('topic_mentions', (table) =>
    table.numbers('project_id', 'position').optionalNumbers('patch_id', 'cover_id').texts('kind', 'target'),
  )
  await define.index('topic_mentions', 'target', 'project_id')
  await define.index('topic_mentions', 'patch_id')
  await define.index('topic_mentions', 'cover_id')
}
