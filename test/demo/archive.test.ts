import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
// @ts-expect-error a script without types
import { makeArchive, makeRepository, SERIES } from '../../demo/make-archive.mjs'
import { buildApp } from '../../src/app.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { ingest } from '../../src/ingest/ingest.js'
import { splitMbox } from '../../src/mail/mbox/reader.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'

interface Posted {
  branch: string
  base: string
  name: string
  version: number
}

function git(folder: string, args: string[], input?: string): string {
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_COMMITTER_NAME: 'T',
    GIT_COMMITTER_EMAIL: 't@x',
  }
  return execFileSync('git', args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    ...(input === undefined ? {} : { input }),
  })
}

describeOnEach('the bundled archive', (fixture) => {
  it('is what its script makes, and every series of it applies where it was made', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-demo-test-'))
    makeRepository(folder)
    const archive = readFileSync(new URL('../../demo/archive.mbox', import.meta.url), 'utf8')
    expect(makeArchive(folder)).toBe(archive)

    const { db } = fixture
    const address = { list_id: 'lanterna-devel.example.org', list_email: 'lanterna-devel@example.org' }
    await insertProject(db, { link_name: 'lanterna', name: 'Lanterna', ...address })
    for await (const mail of splitMbox(toChunks(archive))) await ingest(db, mail, { now: new Date() })
    const app = await buildApp(contextOn(fixture))
    for (const { branch, base, name, version } of SERIES as Posted[]) {
      const series = await db
        .selectFrom('series')
        .select('id')
        .where('name', 'like', `%${name}`)
        .where('version', '=', version)
        .executeTakeFirstOrThrow()
      const mbox = await app.inject(`/series/${series.id}/mbox/`)
      git(folder, ['checkout', '--quiet', '--detach', base])
      git(folder, ['am', '--quiet'], mbox.body)
      const [applied, made] = git(folder, ['rev-parse', 'HEAD^{tree}', `${branch}^{tree}`]).split('\n')
      expect(applied).toBe(made)
    }
    await app.close()
  })
})

/** Chunks that end anywhere, as those of a file do. */
async function* toChunks(text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
}
