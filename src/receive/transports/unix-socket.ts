import { stat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/** Removes the socket that a killed server left behind; one that is answered stays. */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isSocket()) return
  const isAnswered = await new Promise<boolean>((resolve) => {
    const probe = connect(path)
    probe.once('connect', () => resolve(true)).once('error', () => resolve(false))
    probe.once('connect', () => probe.destroy())
  })
  if (!isAnswered) await unlink(path)
}
