/** Does `work` with a connection that nobody else closes if it fails. */
export async function orClosed<T>(work: () => Promise<T>, close: () => unknown): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await close()
    throw error
  }
}

/** What a database is called in reports: where it is, without user and password. */
export function nameOf(url: URL): string {
  return `${decodeURIComponent(url.pathname.slice(1))} on ${url.host || 'this machine'}`
}
