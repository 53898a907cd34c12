/** What a database is called in reports: where it is, without user and password. */
export function nameOf(url: URL): string {
  return `${decodeURIComponent(url.pathname.slice(1))} on ${url.host || 'this machine'}`
}
