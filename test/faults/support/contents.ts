import type { Database } from '../../../src/db/schema.js'

/**
 * All that mails became, without numbers: what an import that was disturbed must have as well. Patches, covers,
 * series and mails stand in the order in which they came; answers may have been understood later.
 */
export async function contentsOf(db: Database): Promise<object> {
  return {
    covers: await db.selectFrom('covers').select(['msgid', 'name']).orderBy('id').execute(),
    patches: await db
      .selectFrom('patches')
      .leftJoin('series', 'series.id', 'patches.series_id')
      .select(['patches.msgid', 'patches.name', 'number', 'series.name as series', 'version', 'total'])
      .orderBy('patches.id')
      .execute(),
    series: await db.selectFrom('series').select(['name', 'version', 'total']).orderBy('id').execute(),
    patchComments: await db.selectFrom('patch_comments').select('msgid').orderBy('msgid').execute(),
    coverComments: await db.selectFrom('cover_comments').select('msgid').orderBy('msgid').execute(),
    tags: await db
      .selectFrom('patch_tags')
      .select(['tag_id', 'count'])
      .orderBy('tag_id')
      .orderBy('count')
      .execute(),
    people: await db.selectFrom('people').select(['email', 'name']).orderBy('email').execute(),
    events: await db.selectFrom('events').select('category').orderBy('category').execute(),
    mails: await db
      .selectFrom('mails')
      .select(['msgid', 'outcome', 'reason', 'flag'])
      .orderBy('id')
      .execute(),
    raws: await db
      .selectFrom('mail_raws')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .execute(),
  }
}
