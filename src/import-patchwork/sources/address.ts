/** Runs `work` with a connection, and closes the connection if it fails. */
export async function orClosed<T>(work: () => Promise<T>, close: () => unknown): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await close()
    throw error
  }
}

/** The name of a database in reports: its location, without user and password. */
export function nameOf(url: URL): string {
  return `${decodeURIComponent(url.pathname.slice(1))} on ${url.host || 'this machine'}`
}
