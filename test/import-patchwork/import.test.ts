import { expect, it } from 'vitest'
import { transaction } from '../../src/db/transaction.js'
import { findUserByToken } from '../../src/domain/tokens/queries.js'
import { listTrailers } from '../../src/domain/trailers/queries.js'
import { type ImportResult, move } from '../../src/import-patchwork/import.js'
import type { Source } from '../../src/import-patchwork/source.js'
import { openSource } from '../../src/import-patchwork/sources/open.js'
import { groupMoveProblems } from '../../src/import-patchwork/store/import-state.js'
import { isAlike, verify } from '../../src/import-patchwork/verify.js'
import { retag } from '../../src/ingest/recompute.js'
import { describeOnEach } from '../support/database.js'
import { OldPatchwork } from './old-patchwork.js'

const NOW = new Date('2026-04-01T00:00:00Z')

/** A source that breaks off behind the first rows of the patches. */
function failing(source: Source): Source {
  return {
    ...source,
    name: source.name,
    tables: source.tables,
    estimate: (...asked) => source.estimate(...asked),
    lastId: (table) => source.lastId(table),
    reached: (mark) => source.reached(mark),
    count: (table) => source.count(table),
    close: () => source.close(),
    rowsOf: (...asked) => source.rowsOf(...asked),
    async *rows(...asked) {
      let chunks = 0
      for await (const chunk of source.rows(...asked)) {
        if (asked[0] === 'patchwork_patch' && asked[1].length > 2 && ++chunks > 1) throw new Error('stopped')
        yield chunk
      }
    },
  }
}

describeOnEach('moving over', (fixture) => {
  async function carry(
    path: string,
    use: (source: Source) => Source = (source) => source,
  ): Promise<ImportResult> {
    const source = await openSource(path)
    try {
      return await move(fixture.db, use(source), { now: NOW })
    } finally {
      await source.close()
    }
  }

  const reasons = async () =>
    (await groupMoveProblems(fixture.db)).map(
      ({ table_name, reason, is_left_out }) => `${table_name} ${is_left_out}: ${reason}`,
    )

  it('carries numbers, tokens, settings and texts, and makes what is kept beside them', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    await carry(old.path)
    const login = await findUserByToken(db, 'f'.repeat(40))
    // Without limits, as it was there.
    expect(login?.token).toMatchObject({
      name: '',
      scopes: null,
      projects: null,
      contexts: null,
      expires: null,
    })
    expect(login?.user).toMatchObject({
      id: 1,
      username: 'mira',
      password: '!',
      items_per_page: 25,
      send_email: 1,
    })
    expect(await db.selectFrom('maintainers').selectAll().execute()).toEqual([{ user_id: 1, project_id: 1 }])
    expect(await db.selectFrom('states').select('id').orderBy('id').execute()).toEqual([
      { id: 1 },
      { id: 12 },
      { id: 13 },
    ])
    const patch = await db.selectFrom('patches').selectAll().where('id', '=', 2).executeTakeFirstOrThrow()
    expect(patch).toMatchObject({ date: '2026-03-01T10:00:00', received: '2026-03-01T12:00:00.000500' })
    expect([patch.checks_success, patch.checks_fail]).toEqual([1, 0])
    const texts = await db.selectFrom('patch_texts').selectAll().where('patch_id', '=', 2).executeTakeFirst()
    expect(texts).toMatchObject({ content: 'Text 2', diff: '--- a/x\n+++ b/x\n' })
    expect(await reasons()).toEqual([])
  })

  it('carries the same from a dump, and gives no number out again that was ever used', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    await carry(old.dump())
    const source = await openSource(old.dump())
    expect((await verify(db, source, {})).every(isAlike)).toBe(true)
    await source.close()
    const bundle = { owner_id: 1, project_id: 1, name: 'new', public: false }
    expect(await db.insertInto('bundles').values(bundle).returning('id').executeTakeFirst()).toEqual({
      id: 71,
    })
  })

  it('reads the schema of 3.0, which has less', async () => {
    const old = new OldPatchwork()
    old.run('drop table patchwork_series_dependencies; drop table authtoken_token')
    old.run('alter table patchwork_project drop column show_dependencies')
    for (const table of ['patchwork_patchcomment', 'patchwork_covercomment'])
      old.run(`alter table ${table} drop column addressed`)
    for (const column of ['cover_comment_id', 'patch_comment_id'])
      old.run(`alter table patchwork_event drop column ${column}`)
    expect((await carry(old.path)).get('patch_comments')).toMatchObject({ added: 1 })
  })

  it('goes on where it was, and changes nothing when all is here', async () => {
    const old = new OldPatchwork()
    for (let id = 3; id < 1300; id++) old.addPatch(id)
    await expect(carry(old.path, failing)).rejects.toThrow('stopped')
    const before = (await fixture.db.selectFrom('patches').select('id').execute()).length
    expect(before).toBeGreaterThan(0)
    expect((await carry(old.path)).get('patches')?.added).toBe(1299 - before)
    const again = await carry(old.path)
    for (const [table, counts] of again)
      expect([table, counts]).toEqual([table, { added: 0, changed: 0, removed: 0 }])
  })

  it('brings up to date what was added, changed and removed there', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    old.addPatch(5)
    await carry(old.path)
    old.addPatch(9)
    old.addPatch(4)
    old.run('update patchwork_patch set state_id = 13, archived = 1 where id = 1')
    old.run('update patchwork_patchcomment set addressed = 1; delete from authtoken_token')
    old.run('delete from patchwork_event where patch_id = 5; delete from patchwork_patch where id = 5')
    // As the Python one does when the patches of a bundle are chosen anew.
    old.run('delete from patchwork_bundlepatch')
    old.add('patchwork_bundlepatch', { order: 1, bundle_id: 1, patch_id: 2 })
    const result = await carry(old.path)
    expect(result.get('patches')).toEqual({ added: 2, changed: 1, removed: 1 })
    expect(result.get('bundle_patches')).toEqual({ added: 1, changed: 0, removed: 1 })
    expect(result.get('patch_comments')?.changed).toBe(1)
    expect(await findUserByToken(db, 'f'.repeat(40))).toBeUndefined()
    const source = await openSource(old.path)
    expect((await verify(db, source, {})).filter((table) => !isAlike(table))).toEqual([])
    await source.close()
  })

  it('finds what comments answer that are stored with an older patch, also once that is deleted there', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    old.add('patchwork_person', { email: 'ida@example.org', name: 'Ida' })
    old.add('patchwork_cover', {
      id: 1,
      msgid: '<cover@example.org>',
      date: DAY,
      headers: 'x',
      content: 'All.',
      name: '[v2,0/1] all',
      project_id: 1,
      submitter_id: 1,
    })
    old.add('patchwork_series', {
      id: 1,
      date: DAY,
      version: 2,
      total: 1,
      project_id: 1,
      submitter_id: 1,
      cover_letter_id: 1,
    })
    old.addPatch(6, { series_id: 1, number: 1 })
    old.add('patchwork_patchcomment', {
      msgid: '<review@example.org>',
      date: DAY,
      headers:
        'From: Ida <ida@example.org>\nIn-Reply-To: <cover@example.org>\nReferences: <patch-1@example.org> <cover@example.org>',
      content: 'Acked-by: Ida <ida@example.org>',
      submitter_id: 2,
      patch_id: 1,
    })
    const given = async (patch: number) =>
      (await listTrailers(db, patch)).map(({ kind, via }) => `${kind} ${via}`)
    await carry(old.path)
    await retag(db)
    expect([await given(1), await given(6)]).toEqual([[], ['Acked-by cover']])
    old.run('update patchwork_series set cover_letter_id = null; delete from patchwork_cover')
    await carry(old.path)
    expect([await given(1), await given(6)]).toEqual([['Acked-by reply'], []])
  })

  it('carries what it can of broken rows and says why of the rest, never stopping for one', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    old.addPatch(3, { msgid: '<patch-1@example.org>' })
    old.addPatch(4, { date: null, name: 'a\0b', delegate_id: 99, state_id: null })
    old.addPatch(5, { submitter_id: 77 })
    old.add('patchwork_series', { id: 1, date: DAY, version: 1, total: 1, project_id: 1, submitter_id: 1 })
    old.addPatch(6, { series_id: 1, number: 1 })
    old.addPatch(7, { series_id: 1, number: 1 })
    old.run(`update patchwork_patch set content = cast(x'4cff' as text) where id = 6`)
    old.add('patchwork_emailoptout', {
      email: 'x'.repeat(20_000).replaceAll('x', () => Math.random().toString(36)),
    })
    old.add('patchwork_emailoptout', { email: 'quiet@example.org' })
    await carry(old.path)
    expect(await reasons()).toEqual(
      expect.arrayContaining([
        'patches 1: another row has taken a place that there can be only once',
        'patches 1: its submitter_id names a row that is not there',
        'patches 0: its date is no time: 1970 stands in its place',
        'patches 0: NUL characters were taken out of its texts',
        'patches 0: its delegate_id named a row that is not there: it has none now',
        'patches 0: its state is not there: it is as new',
        'patches 0: bytes of its texts that are no UTF-8 became \uFFFD',
        'patches 0: number: another row has its place, so it has none',
        'events 1: its patch_id names a row that is not there',
      ]),
    )
    const rows = await db.selectFrom('patches').select(['id', 'name', 'number']).orderBy('id').execute()
    expect(rows.map(({ id, number }) => [id, number])).toEqual([
      [1, null],
      [2, null],
      [4, null],
      [6, 1],
      [7, null],
    ])
    const optOuts = await db.selectFrom('opt_outs').select('email').execute()
    expect(optOuts.map(({ email }) => email)).toContain('quiet@example.org')
    const source = await openSource(old.path)
    const alike = await verify(db, source, {})
    expect(alike.find(({ target }) => target === 'patches')).toMatchObject({ there: 7, leftOut: 2, here: 5 })
    await source.close()
  })

  it('refuses a database with rows of its own, of another Patchwork, or in use', async () => {
    const { db } = fixture
    const old = new OldPatchwork()
    await db.insertInto('opt_outs').values({ email: 'x@example.org' }).execute()
    await expect(carry(old.path)).rejects.toThrow('has data of its own already (opt_outs: 1)')
    await db.deleteFrom('opt_outs').execute()
    await carry(old.path)
    const other = new OldPatchwork()
    other.run("update django_migrations set applied = '2021-01-01 00:00:00'")
    await expect(carry(other.path)).rejects.toThrow('came from another Patchwork')
    await transaction(db, (inner) =>
      inner
        .insertInto('events')
        .values({ category: 'patch-created', project_id: 1, date: DAY, patch_id: 1 })
        .execute(),
    )
    await expect(carry(old.path)).rejects.toThrow('has been in use since the import')
  })

  it('finds out that the times are those of another zone, and reads them when told which', async () => {
    const old = new OldPatchwork()
    // What PostgreSQL makes of ten o'clock in Canberra.
    old.run("update patchwork_patch set date = '2026-02-28 23:00:00+00'")
    await expect(carry(old.path)).rejects.toThrow('are 11 hours before those of its mails')
    const source = await openSource(old.path)
    await move(fixture.db, source, { now: NOW, zone: 'Australia/Canberra' })
    await source.close()
    const patch = await fixture.db.selectFrom('patches').select('date').where('id', '=', 1).executeTakeFirst()
    expect(patch?.date).toBe('2026-03-01T10:00:00')
  })
})

const DAY = '2026-03-01T10:00:00'
