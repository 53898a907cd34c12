/** The file of a `sqlite:` address; undefined for addresses of PostgreSQL. */
export function sqlitePath(url: string): string | undefined {
  return url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined
}
