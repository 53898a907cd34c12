import { sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities } from '../../db/dialect/dialect.js'
import { deferInsert } from '../../db/later.js'
import { prepareForTexts } from '../../db/prepared.js'
import type { Database } from '../../db/schema.js'
import type { TopicMentionTable } from '../../db/topic-tables.js'
import { inParts } from '../../util/batches.js'
import { awaited } from '../mails/awaited.js'

/** What mails say of earlier versions of their series. */

export interface Mention {
  series_id: number
  kind: TopicMentionTable['kind']
  target: string
  /** The order in which a mail names its targets. */
  position: number
}

/** Maximum number of mentions by, or of, some series. */
const MAX_MENTIONS = 20_000

/** Patches with a higher number do not name earlier versions of their series. */
const MAX_NUMBER = 50

const mentionsBy = byIds<Mention>((db, ids) =>
  db
    .selectFrom('series as s')
    .innerJoin('topic_mentions as m', 'm.cover_id', 's.cover_id')
    .select(['m.kind', 'm.target', 'm.position', 's.id as series_id'])
    .select(sql<number>`0`.as('number'))
    .where(capabilities(db).anyOf(sql.ref('s.id'), ids))
    .unionAll(
      db
        .selectFrom('patches as p')
        .innerJoin('topic_mentions as m', 'm.patch_id', 'p.id')
        .select(['m.kind', 'm.target', 'm.position', 'p.series_id'])
        .select(sql<number>`coalesce(p.number, ${sql.lit(MAX_NUMBER)})`.as('number'))
        .where(capabilities(db).anyOf(sql.ref('p.series_id'), ids))
        .where((eb) => eb.or([eb('p.number', '<=', MAX_NUMBER), eb('p.number', 'is', null)]))
        .$castTo<Mention & { number: number }>(),
    )
    .orderBy('number')
    .orderBy('position')
    .limit(MAX_MENTIONS),
)

/** What the mails of some series say of earlier versions. */
export async function listMentionsBy(db: Database, series: readonly number[]): Promise<Mention[]> {
  return await mentionsBy(db, series)
}

const SERIES_OF_MENTION = sql<number>`coalesce(p.series_id, s.id)`

const mentionsOf = prepareForTexts<{ project: number }, Mention>((db, { project }, targets) =>
  db
    .selectFrom('topic_mentions as m')
    .leftJoin('patches as p', 'p.id', 'm.patch_id')
    .leftJoin('series as s', 's.cover_id', 'm.cover_id')
    .select(['m.kind', 'm.target', SERIES_OF_MENTION.as('series_id'), 'm.position'])
    .where(SERIES_OF_MENTION, 'is not', null)
    .where('m.target', 'in', targets)
    .where('m.project_id', '=', project)
    .limit(MAX_MENTIONS),
)

/** The mentions of some targets in a project. */
export async function listMentionsOf(
  db: Database,
  project: number,
  targets: readonly string[],
): Promise<Mention[]> {
  const rows: Mention[] = []
  for (const some of inParts(targets, MAX_TARGETS)) rows.push(...(await mentionsOf(db, { project }, some)))
  return rows
}

/** Maximum number of texts in one statement. */
const MAX_TARGETS = 128

type MailId = { kind: 'patch' | 'cover'; id: number }

/** Stores what a mail says of earlier versions. */
export async function insertMentions(
  db: Database,
  project_id: number,
  { kind: mail, id }: MailId,
  mentions: readonly Pick<TopicMentionTable, 'kind' | 'target'>[],
): Promise<void> {
  const [patch_id, cover_id] = mail === 'patch' ? [id, null] : [null, id]
  for (const { target } of mentions) awaited.add(db, { msgid: target, by: 'version' })
  await deferInsert(
    db,
    'topic_mentions',
    mentions.map(({ kind, target }, position) => ({
      project_id,
      patch_id,
      cover_id,
      kind,
      target,
      position,
    })),
  )
}

/** Deletes what a mail says of earlier versions. */
export async function deleteMentions(db: Database, { kind, id }: MailId): Promise<void> {
  await db
    .deleteFrom('topic_mentions')
    .where(kind === 'patch' ? 'patch_id' : 'cover_id', '=', id)
    .execute()
}
