/** What a bundle may be called and how much it may hold, wherever that is entered. */

/** Longest name of a bundle, in characters. */
export const MAX_BUNDLE_NAME = 50

/** Bundles of one user. */
export const MAX_BUNDLES = 1000

/** Patches of one bundle. */
export const MAX_BUNDLE_PATCHES = 2000

const CONTROL_CHARACTERS = '\\x00-\\x1f\\x7f-\\x9f'

/** The rule as far as a pattern says it, for the document of the API. */
export const BUNDLE_NAME_PATTERN = `^[^/${CONTROL_CHARACTERS}]+$`

/** What is wrong with a name, which is a part of the bundle's address; undefined: nothing. */
export function bundleNameProblem(name: string): string | undefined {
  if (name === '') return 'A bundle needs a name.'
  if (Array.from(name).length > MAX_BUNDLE_NAME)
    return `The name of a bundle has ${MAX_BUNDLE_NAME} characters at most.`
  // Browsers take them for steps in the path, however they are encoded.
  if (name === '.' || name === '..') return 'A bundle cannot be called “.” or “..”.'
  if (name.includes('/')) return 'The name of a bundle has no slash in it.'
  if (new RegExp(`[${CONTROL_CHARACTERS}]`).test(name))
    return 'The name of a bundle has no control characters in it.'
  return undefined
}
