import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

const file = findPackageJSON('..', import.meta.url)
if (file === undefined) throw new Error('There is no package.json above the program.')

/** The package's folder, where `docs/` and `dist/` are: the same from the sources, the build and its bundle. */
export const ROOT = dirname(file)

/** What this version of Patchwork is called, such as `4.0.0`. */
export const { version: VERSION } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
