import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Beside `src` as beside `dist`. */
const PACKAGE = join(import.meta.dirname, '..', 'package.json')

/** What this version of Patchwork is called, such as `4.0.0`. */
export const VERSION = (JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }).version
