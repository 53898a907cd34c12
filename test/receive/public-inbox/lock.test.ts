import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withLock } from '../../../src/receive/public-inbox/lock.js'
import { cloneFolder } from '../../../src/receive/public-inbox/repositories.js'
import { Conflict } from '../../../src/util/errors.js'

it('one of several has a lock, until its work is done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-lock-'))
  const path = join(folder, 'a.lock')
  await withLock(path, 'It', async () => {
    await expect(withLock(path, 'It', async () => {})).rejects.toThrow(Conflict)
  })
  await expect(withLock(path, 'It', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(readdirSync(folder)).toEqual([])
})

it('takes over a lock that was left behind', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'patchwork-lock-')), 'a.lock')
  mkdirSync(path)
  utimesSync(path, 1, 1)
  const results = await Promise.allSettled([1, 2, 3].map((n) => withLock(path, 'It', async () => n)))
  expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
})

it('archives of different addresses never share a folder, nor show a password', () => {
  const names = ['https://x/a/b_c', 'https://x/a/b/c', 'https://x/a_b/c', 'http://x/a/b/c'].map((address) =>
    cloneFolder(address, '/clones'),
  )
  expect(new Set(names).size).toBe(4)
  expect(cloneFolder('https://me:secret@x/a', '/clones')).not.toContain('secret')
})
