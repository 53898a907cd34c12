import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

describeOnEach('the commands that work on what is there', (fixture) => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-rework-'))
  const patchwork = (...argv: string[]) => runCli(fixture.url, ...argv)

  it('find hashes and tags out again, and change only what is wrong', async () => {
    const { db } = fixture
    await insertDemo(db)
    const hashes = await db.selectFrom('patches').select(['id', 'hash']).orderBy('id').execute()
    const tags = await db.selectFrom('patch_tags').selectAll().orderBy('patch_id').orderBy('tag_id').execute()
    expect((await patchwork('rehash')).out).toBe(`${hashes.length} patches read, 0 changed\n`)
    expect((await patchwork('retag')).out).toBe(`${hashes.length} patches read, 0 changed\n`)
    await db.updateTable('patches').set({ hash: 'x' }).where('id', 'in', [1, 2]).execute()
    await db.deleteFrom('patch_tags').execute()
    expect((await patchwork('rehash', '1')).out).toBe('1 patches read, 1 changed\n')
    expect((await patchwork('rehash')).out).toBe(`${hashes.length} patches read, 1 changed\n`)
    await patchwork('retag')
    expect(await db.selectFrom('patches').select(['id', 'hash']).orderBy('id').execute()).toEqual(hashes)
    expect(
      await db.selectFrom('patch_tags').selectAll().orderBy('patch_id').orderBy('tag_id').execute(),
    ).toEqual(tags)
    expect((await patchwork('rehash', '99999')).err).toContain('There is no patch 99999.')
    expect((await patchwork('rehash', 'x')).err).toContain("'x' is not the id of a patch.")
  })

  it('put the relations of a file in the place of all', async () => {
    const { db } = fixture
    await insertDemo(db)
    const file = join(folder, 'relations')
    const related = async () =>
      (
        await db
          .selectFrom('patches')
          .select('id')
          .where('relation_id', 'is not', null)
          .orderBy('id')
          .execute()
      ).map(({ id }) => id)
    writeFileSync(file, '1 2 3\n4 99999\n5 6\n\n')
    expect((await patchwork('replacerelations', file)).out).toBe(
      '2 relations; 1 unknown patches were skipped\n',
    )
    expect(await related()).toEqual([1, 2, 3, 5, 6])
    writeFileSync(file, '2 7\n')
    await patchwork('replacerelations', file)
    expect(await related()).toEqual([2, 7])
    writeFileSync(file, '2 7\n7 8\n')
    expect((await patchwork('replacerelations', file)).err).toContain('A patch is in two lines')
    expect((await patchwork('replacerelations', join(folder, 'none'))).err).toContain('does not exist')
  })

  it('write a project as an mbox, from which another makes the same series', async () => {
    await insertDemo(fixture.db)
    const [plain, zipped] = [join(folder, `${Math.random()}.mbox`), join(folder, `${Math.random()}.mbox.gz`)]
    expect(await patchwork('dumparchive', '--output', plain)).toEqual({ code: 0, out: '', err: '' })
    await patchwork('dumparchive', 'lanterna', '--output', zipped)
    expect(gunzipSync(readFileSync(zipped)).equals(readFileSync(plain))).toBe(true)
    const { out } = await patchwork('dumparchive', 'lanterna')
    expect(out).toBe(readFileSync(plain, 'utf8'))
    const names = async () => {
      const { db } = fixture
      const rows = await db.selectFrom('series').select(['name', 'version', 'total']).execute()
      return rows.map((row) => JSON.stringify(row)).toSorted()
    }
    const before = await names()
    await patchwork('project', 'remove', 'lanterna', '--yes')
    expect(await names()).toEqual([])
    const project = [
      '--name',
      'L',
      '--list-id',
      'lanterna-devel.example.org',
      '--list-email',
      'l@example.org',
    ]
    await patchwork('project', 'add', 'lanterna', ...project)
    await patchwork('parsearchive', plain)
    expect(await names()).toEqual(before)
    expect((await patchwork('dumparchive', 'buoys')).err).toContain("There is no project 'buoys'.")
    expect((await patchwork('dumparchive', '--output', plain)).code).toBe(1)
  })
})
