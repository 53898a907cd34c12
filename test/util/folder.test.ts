import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolder } from '../../src/util/folder.js'

it('makes a folder with its parents, for the owner only, and leaves one that is there', () => {
  const parent = mkdtempSync(join(tmpdir(), 'patchwork-folder-'))
  const folder = join(parent, 'a', 'b')
  for (let time = 0; time < 2; time++) makeFolder(folder)
  for (const made of [folder, join(parent, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700)
})

it('fails below a folder that accepts no new names, instead of trying for ever', () => {
  expect(() => makeFolder('/proc/nowhere/data')).toThrow(/ENOENT/)
})
