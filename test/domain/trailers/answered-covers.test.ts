import { beforeEach, expect, it } from 'vitest'
import { transaction } from '../../../src/db/transaction.js'
import { withdraw } from '../../../src/domain/patches/withdrawal.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { b4TrailersOf } from '../../../src/domain/trailers/b4.js'
import { listTrailers } from '../../../src/domain/trailers/queries.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { retag } from '../../../src/ingest/recompute.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { reparse } from '../../../src/receive/journal/reparse.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')
const IDA = 'Ida Rower <ida@example.org>'
const OTTO = 'Otto Oar <otto@example.org>'

/** A second version that its author sent as a reply to the first, and what others answer to its cover letter. */
const MAILS = {
  old: { id: 'old@x' },
  cover: {
    id: 'cover@x',
    subject: '[PATCH v2 0/2] lamps',
    inReplyTo: 'old@x',
    references: '<old@x>',
    body: 'Both.',
  },
  one: {
    id: 'one@x',
    subject: '[PATCH v2 1/2] lamp: one',
    inReplyTo: 'cover@x',
    references: '<old@x> <cover@x>',
  },
  two: {
    id: 'two@x',
    subject: '[PATCH v2 2/2] lamp: two',
    inReplyTo: 'cover@x',
    references: '<old@x> <cover@x>',
  },
  review: {
    id: 'review@x',
    from: IDA,
    subject: 'Re: [PATCH v2 0/2] lamps',
    inReplyTo: 'cover@x',
    references: '<old@x> <cover@x>',
    body: `Reviewed-by: ${IDA}\n`,
  },
  // Its program names the answered mail alone.
  answer: {
    id: 'answer@x',
    from: OTTO,
    subject: 'Re: [PATCH v2 0/2] lamps',
    inReplyTo: 'review@x',
    body: `Tested-by: ${OTTO}\n`,
  },
} satisfies Record<string, MailOptions>

type Name = keyof typeof MAILS

const IN_ORDER: readonly Name[] = ['old', 'cover', 'one', 'two', 'review', 'answer']

describeOnEach('a reply to a cover letter in the thread of an older patch', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  const take = async (...mails: readonly MailOptions[]) => {
    for (const options of mails) {
      const entries = await journalMails(fixture.db, [{ bytes: mail(options), source: 'lmtp' }], NOW)
      await processMails(fixture.db, entries, NOW)
    }
  }
  const takeNamed = (...names: readonly Name[]) => take(...names.map((name) => MAILS[name]))
  const idOf = async (table: 'patches' | 'covers' | 'patch_comments', msgid: string) =>
    (
      await fixture.db
        .selectFrom(table)
        .select('id')
        .where('msgid', '=', `<${msgid}>`)
        .executeTakeFirstOrThrow()
    ).id
  const trailersOf = async (msgid: string) =>
    (await listTrailers(fixture.db, await idOf('patches', msgid)))
      .filter(({ via }) => via !== 'patch')
      .map(({ kind, name, via }) => `${kind} ${name} ${via}`)
      .toSorted()
  const countsOf = async (msgid: string) =>
    (
      await fixture.db
        .selectFrom('patch_tags as c')
        .innerJoin('tags as t', 't.id', 'c.tag_id')
        .select(['t.abbrev', 'c.count'])
        .where('patch_id', '=', await idOf('patches', msgid))
        .orderBy('t.id')
        .execute()
    ).map(({ abbrev, count }) => `${abbrev}${count}`)
  const storedWith = async () =>
    await fixture.db
      .selectFrom('patch_comments as c')
      .innerJoin('patches as p', 'p.id', 'c.patch_id')
      .select(['c.msgid', 'p.msgid as parent'])
      .orderBy('c.msgid')
      .execute()

  const OF_COVER = ['Reviewed-by Ida Rower cover', 'Tested-by Otto Oar cover']

  const expectAll = async () => {
    expect(await storedWith()).toEqual([
      { msgid: '<answer@x>', parent: '<old@x>' },
      { msgid: '<review@x>', parent: '<old@x>' },
    ])
    for (const msgid of ['one@x', 'two@x']) {
      expect(await trailersOf(msgid)).toEqual(OF_COVER)
      expect(await countsOf(msgid)).toEqual(['R1', 'T1'])
    }
    expect(await trailersOf('old@x')).toEqual([])
    expect(await countsOf('old@x')).toEqual([])
    const [old, one] = [await idOf('patches', 'old@x'), await idOf('patches', 'one@x')]
    const added = await b4TrailersOf(fixture.db, [old, one])
    expect([
      added.get(old) ?? [],
      added
        .get(one)
        ?.map(({ kind }) => kind)
        .toSorted(),
    ]).toEqual([[], ['Reviewed-by', 'Tested-by']])
  }

  it.each<[string, ...Name[]]>([
    ['order', ...IN_ORDER],
    ['reverse', ...IN_ORDER.toReversed()],
    ['order but the old patch, which comes last', 'cover', 'one', 'two', 'review', 'answer', 'old'],
    ['order but the cover letter, which comes last', 'old', 'one', 'two', 'review', 'answer', 'cover'],
    ['order but the review, which comes last', 'old', 'cover', 'one', 'two', 'answer', 'review'],
    ['order but the replies, which come first', 'answer', 'review', 'old', 'cover', 'one', 'two'],
    ['no order', 'review', 'two', 'old', 'answer', 'cover', 'one'],
  ])(
    'is stored with that patch, and its trailers are for the patches of the cover letter: in %s',
    async (_, ...names) => {
      await takeNamed(...names)
      await expectAll()
    },
  )

  it('is for the patches that it names', async () => {
    await takeNamed('old', 'cover', 'one', 'two')
    await take({ ...MAILS.review, body: `Acked-by: ${IDA} # for patch 2\n` })
    expect([await trailersOf('one@x'), await trailersOf('two@x')]).toEqual([[], ['Acked-by Ida Rower cover']])
    expect([await countsOf('one@x'), await countsOf('two@x'), await countsOf('old@x')]).toEqual([
      [],
      ['A1'],
      [],
    ])
  })

  it('is no reply to a patch of the newer version, which is for that patch alone', async () => {
    await takeNamed('old', 'cover', 'one', 'two')
    await take({ ...MAILS.review, inReplyTo: 'one@x', references: '<old@x> <cover@x> <one@x>' })
    expect([await trailersOf('old@x'), await trailersOf('one@x'), await trailersOf('two@x')]).toEqual([
      [],
      ['Reviewed-by Ida Rower reply'],
      [],
    ])
  })

  it.each<[string, () => Promise<unknown>]>([
    ['trailers are read', () => retag(fixture.db)],
    [
      'mails are parsed',
      () => reparse(fixture.db, { project: undefined, isDry: false, now: () => NOW, onChange: () => {} }),
    ],
  ])('is found again when %s again, as after an upgrade', async (_, readAgain) => {
    const { db } = fixture
    await takeNamed(...IN_ORDER)
    expect(await retag(db)).toBe(0)
    const old = await idOf('patches', 'old@x')
    await db.updateTable('patch_comments').set({ answered_cover_id: null }).execute()
    await db
      .updateTable('trailers')
      .set({ patch_id: old, cover_id: null })
      .where('patch_comment_id', 'is not', null)
      .execute()
    expect(await trailersOf('old@x')).toHaveLength(2)
    await readAgain()
    await expectAll()
    expect(await retag(db)).toBe(0)
  })

  it('is for the old patch once the cover letter is gone, and for none once that is gone too', async () => {
    const { db } = fixture
    await takeNamed(...IN_ORDER)
    const [cover, old] = [await idOf('covers', 'cover@x'), await idOf('patches', 'old@x')]
    await transaction(db, (db) => withdraw(db, { kind: 'cover', id: cover }))
    expect(await trailersOf('old@x')).toEqual(['Reviewed-by Ida Rower reply', 'Tested-by Otto Oar reply'])
    expect([await countsOf('old@x'), await countsOf('one@x'), await countsOf('two@x')]).toEqual([
      ['R1', 'T1'],
      [],
      [],
    ])
    await transaction(db, (db) => withdraw(db, { kind: 'patch', id: old }))
    expect(
      await db.selectFrom('trailers').select('value').where('kind', '<>', 'Signed-off-by').execute(),
    ).toEqual([])
  })

  it.each(['the old patch', 'the reply'])('is for none once %s is gone', async (what) => {
    const { db } = fixture
    await takeNamed('old', 'cover', 'one', 'two', 'review')
    const gone =
      what === 'the reply'
        ? { kind: 'patch_comment' as const, id: await idOf('patch_comments', 'review@x') }
        : { kind: 'patch' as const, id: await idOf('patches', 'old@x') }
    await transaction(db, (db) => withdraw(db, gone))
    expect([await trailersOf('one@x'), await countsOf('one@x'), await countsOf('two@x')]).toEqual([
      [],
      [],
      [],
    ])
    expect(
      await db.selectFrom('trailers').select('value').where('kind', '<>', 'Signed-off-by').execute(),
    ).toEqual([])
  })

  it('is a reply to a cover letter in a project that has no other mail of the thread', async () => {
    const { db } = fixture
    const other = {
      link_name: 'oars',
      name: 'Oars',
      list_id: 'oars.example.org',
      list_email: 'oars@example.org',
    }
    const project = await insertProject(db, other)
    await takeNamed(...IN_ORDER)
    for (const name of ['cover', 'one', 'two', 'review', 'answer'] as const)
      await ingest(db, mail(MAILS[name]), { now: NOW, listId: other.list_id })
    expect(
      await db.selectFrom('cover_comments').select(['msgid', 'answered_cover_id']).orderBy('id').execute(),
    ).toEqual([
      { msgid: '<review@x>', answered_cover_id: null },
      { msgid: '<answer@x>', answered_cover_id: null },
    ])
    const patches = await db.selectFrom('patches').select('id').where('project_id', '=', project).execute()
    for (const { id } of patches)
      expect((await listTrailers(db, id)).map(({ via }) => via).toSorted()).toEqual([
        'cover',
        'cover',
        'patch',
      ])
  })
})
