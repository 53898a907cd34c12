import { access, constants, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../util/folder.js'
import { type Transport, Unreachable } from './transport.js'

/**
 * Writes each mail into a folder, as a file named after its message id: for tests, trials, and programs that process
 * the folder. A mail that is written again replaces its file, so there is never more than one. The folder is made for its
 * owner only, because mails contain secret links.
 */
export function folderTransport(folder: string): Transport {
  return {
    async send({ messageId, raw }) {
      try {
        makeFolder(folder)
        await write(folder, `${messageId.replace(/[^A-Za-z0-9.@-]/g, '_')}.eml`, raw)
      } catch (error) {
        throw new Unreachable((error as Error).message, { cause: error })
      }
    },
    async check() {
      try {
        makeFolder(folder)
        await access(folder, constants.W_OK)
      } catch (error) {
        throw new Unreachable((error as Error).message, { cause: error })
      }
    },
  }
}

/** Under another name until it is whole and on the disk. */
async function write(folder: string, name: string, raw: Buffer): Promise<void> {
  const unfinished = join(folder, `.${name}.${process.pid}`)
  const file = await open(unfinished, 'w', 0o600)
  try {
    await file.writeFile(raw)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(folder, name))
  const entry = await open(folder, 'r')
  try {
    await entry.sync()
  } finally {
    await entry.close()
  }
}
