import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openSource } from '../../../src/import-patchwork/sources/open.js'
import { Invalid } from '../../../src/util/errors.js'
import { OldPatchwork } from '../old-patchwork.js'

const folder = mkdtempSync(join(tmpdir(), 'patchwork-open-'))

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('a source', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('is what a file has in it, whatever its name is, packed or not', async () => {
    const old = new OldPatchwork()
    const packed = file('a', gzipSync(readFileSync(old.path)))
    const dump = old.dump()
    const packedDump = file('b.db', gzipSync(readFileSync(dump)))
    for (const address of [old.path, `sqlite:${old.path}`, `file://${old.path}`, packed, dump, packedDump]) {
      const source = await openSource(address)
      expect([address, await source.count('patchwork_patch')]).toEqual([address, 2])
      await source.close()
    }
  })

  it('tells how much of a file it has read, and leaves nothing of what it unpacked', async () => {
    vi.stubEnv('TMPDIR', mkdtempSync(join(tmpdir(), 'patchwork-tmp-')))
    const bytes = gzipSync(readFileSync(new OldPatchwork().path))
    const told: [number, number][] = []
    const path = file('c', bytes)
    const source = await openSource(path, { onRead: (done, total) => told.push([done, total]) })
    expect(told.at(-1)).toEqual([bytes.length, bytes.length])
    const before = await readdir(tmpdir())
    expect(before.filter((name) => name.startsWith('patchwork-import-'))).toHaveLength(1)
    await source.close()
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('patchwork-import-'))).toEqual([])
  })

  const whole = gzipSync(readFileSync(new OldPatchwork().path))
  it.each([
    [folder, "is a folder: of pg_dump's formats, only the plain one"],
    [file('custom', 'PGDMP\u0001\u000e'), 'turn it into SQL by: pg_restore --file=patchwork.sql'],
    [file('short.gz', whole.subarray(0, whole.length >> 1)), 'is not complete: it ends too early.'],
    [file('broken.gz', Buffer.concat([whole.subarray(0, 64), Buffer.alloc(64, 0xff)])), 'cannot be unpacked'],
    ['oracle://old.example.org/patchwork', 'The source must be a file'],
    ['postgres://localhost', 'The source must be a file'],
    ['postgres://mira:secret@127.0.0.1:1/patchwork', 'The source does not let us in: '],
    ['mysql://mira:secret@127.0.0.1:1/patchwork', 'The source does not let us in: '],
  ])('says in a sentence why it cannot be %s', async (address, reason) => {
    const error = await openSource(address).catch((thrown: unknown) => thrown as Error)
    expect(error).toBeInstanceOf(Invalid)
    expect((error as Error).message).toContain(reason)
    expect((error as Error).message).not.toContain('secret')
  })
})
