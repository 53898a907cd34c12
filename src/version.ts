import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'

/** What this version of Patchwork is called, such as `4.0.0`. */
export const VERSION = readVersion(findPackageJSON('..', import.meta.url))

function readVersion(file: string | undefined): string {
  if (file === undefined) throw new Error('There is no package.json above the program.')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
