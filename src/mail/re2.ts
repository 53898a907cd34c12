import { createRequire } from 'node:module'
import type * as Re2 from 're2js'

const require = createRequire(import.meta.url)

/** RE2, loaded with the first pattern that needs it: most mails need none, and the mail pipe starts for each. */
export function re2(): typeof Re2.RE2JS {
  return (require('re2js') as typeof Re2).RE2JS
}
