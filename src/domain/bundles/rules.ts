import { Invalid } from '../../util/errors.js'

/** Rules for the names and sizes of bundles, for pages and API. */

/** Maximum length of a bundle name, in characters. */
export const MAX_BUNDLE_NAME = 50

/** Maximum number of bundles of one user. */
export const MAX_BUNDLES = 1000

/** Maximum number of patches in one bundle. */
export const MAX_BUNDLE_PATCHES = 2000

const CONTROL_CHARACTERS = '\\x00-\\x1f\\x7f-\\x9f'

/** The part of the rule that a pattern can express, for the API document. */
export const BUNDLE_NAME_PATTERN = `^[^/${CONTROL_CHARACTERS}]+$`

/** The problem of a name, which is a part of the bundle's URL; undefined for a valid one. */
export function bundleNameProblem(name: string): string | undefined {
  if (name === '') return 'A bundle needs a name.'
  if (Array.from(name).length > MAX_BUNDLE_NAME)
    return `The name of a bundle has ${MAX_BUNDLE_NAME} characters at most.`
  // Browsers treat them as path segments `.` and `..`, even if they are encoded.
  if (name === '.' || name === '..') return 'A bundle cannot be called “.” or “..”.'
  if (name.includes('/')) return 'The name of a bundle has no slash in it.'
  if (new RegExp(`[${CONTROL_CHARACTERS}]`).test(name))
    return 'The name of a bundle has no control characters in it.'
  return undefined
}

/** Throws Invalid for more patches than a bundle may have. */
export function requireSize(patches: number): void {
  if (patches <= MAX_BUNDLE_PATCHES) return
  const sentence = `A bundle has ${MAX_BUNDLE_PATCHES} patches at most.`
  throw new Invalid(sentence, { patches: [sentence] })
}

/** Throws Invalid for an invalid name: it is a part of the bundle's URL. */
export function requireName(name: string): void {
  const complaint = bundleNameProblem(name)
  if (complaint !== undefined) throw new Invalid(complaint, { name: [complaint] })
}
