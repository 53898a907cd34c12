/** The errors that the connection to our own database threw. Codes such as ECONNREFUSED do not tell whose they are. */
const ours = new WeakSet<object>()

/** Awaits a query and marks its error as an error of the database. */
export async function fromDatabase<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (typeof error === 'object' && error !== null) ours.add(error)
    throw error
  }
}

/** Whether our own database threw it, not a mail server, a proxy or another database that is read. */
export function isFromDatabase(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ours.has(error)
}
