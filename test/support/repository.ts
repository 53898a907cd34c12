import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// @ts-expect-error a script without types
import { makeRepository } from '../../demo/make-archive.mjs'
import { git } from './program.js'

let origin: string | undefined

/** The repository that the demo's patches were made from; made once, for it takes a while. */
function madeOnce(): string {
  if (origin === undefined) {
    origin = mkdtempSync(join(tmpdir(), 'patchwork-lanterna-'))
    makeRepository(origin)
  }
  return origin
}

/** Clones it into an empty or missing folder, with the branch `next` checked out, which is where `main` is. */
export async function cloneRepository(folder: string): Promise<void> {
  await git(tmpdir(), 'clone', '--quiet', '--branch', 'main', madeOnce(), folder)
  await git(folder, 'checkout', '--quiet', '-b', 'next')
}
