import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { OldPatchwork } from '../../import-patchwork/old-patchwork.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach('import-patchwork', (fixture) => {
  const run = (...args: string[]) => runCli(fixture.url, 'import-patchwork', ...args)

  it('carries all, says so, and compares it', async () => {
    const old = new OldPatchwork()
    const { code, out, err } = await run(old.path)
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(new RegExp(`^Imported the SQLite database ${old.path}\\.\n`))
    expect(out).toMatch(/\n {2}patches +2 added\n/)
    expect(out).toMatch(/\n\d+ rows read in \d+\.\d s, \d+ per second\.\n$/)
    const alike = await run('--verify', old.path)
    expect([alike.code, alike.out.trimEnd().split('\n').at(-1)]).toEqual([0, 'Everything is here.'])
    old.run("update patchwork_patch set name = 'Another' where id = 2")
    const different = await run('--verify', old.path)
    expect([different.code, different.out.trimEnd().split('\n').at(-1)]).toEqual([
      1,
      '1 tables are not alike.',
    ])
  })

  it('writes down each row that could not be carried as it was', async () => {
    const old = new OldPatchwork()
    old.addPatch(3, { submitter_id: 77 })
    old.addPatch(4, { delegate_id: 99 })
    const report = join(mkdtempSync(join(tmpdir(), 'patchwork-report-')), 'report')
    const { code, out } = await run('--report', report, old.path)
    expect(code).toBe(0)
    expect(out).toContain('Rows that could not be carried as they were:\n')
    expect(readFileSync(report, 'utf8').trimEnd().split('\n').toSorted()).toEqual([
      expect.stringMatching(/^events \d+: left out: its patch_id names a row that is not there$/),
      'patches 3: left out: its submitter_id names a row that is not there',
      'patches 4: carried: its delegate_id named a row that is not there: it has none now',
    ])
  })

  it('takes nothing that is no Patchwork', async () => {
    const letters = join(mkdtempSync(join(tmpdir(), 'patchwork-letters-')), 'letters')
    writeFileSync(letters, 'Dear Mira,\n\nall is well.\n')
    const { code, out, err } = await run(letters)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^patchwork: .*letters.*\.\n$/)
  })

  it('takes a zone that there is, and no other', async () => {
    const old = new OldPatchwork()
    const { code, out, err } = await run('--time-zone', 'Mars/Olympus', old.path)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain("There is no time zone 'Mars/Olympus'; names are like Europe/Oslo.")
  })
})
