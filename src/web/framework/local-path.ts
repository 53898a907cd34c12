/**
 * A local path from untrusted text, such as `next` of a login form; `/` if it leads to another site. Browsers read
 * `//host` and `/\host` as another site, and skip tabs and line ends in between.
 */
export function localPath(text: string | null | undefined): string {
  return text && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/'
}
