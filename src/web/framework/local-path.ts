/**
 * A path of this site out of what a stranger may have written, such as `next` of a login form; `/` for what leads
 * elsewhere. Browsers read `//host` and `/\host` as another site, and skip tabs and line ends in between.
 */
export function localPath(text: string | null | undefined): string {
  return text && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/'
}
