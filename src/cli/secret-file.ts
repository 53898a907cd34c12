import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Invalid } from '../util/errors.js'

/** No password is longer; a file that is was named by mistake. */
const MAX_LENGTH = 4096

/**
 * Reads a password from a file, or from standard input for `-`: arguments are visible to all users of the machine.
 * The line break at the end is removed. Throws Invalid for an empty password.
 */
export async function readSecretFile(path: string): Promise<string> {
  const content = path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')
  const secret = content.replace(/\r?\n$/, '')
  const where = path === '-' ? 'Standard input' : `The file '${path}'`
  if (secret === '') throw new Invalid(`${where} has no password.`)
  if (secret.length > MAX_LENGTH || /[\r\n\0]/.test(secret))
    throw new Invalid(`${where} must have one line of at most ${MAX_LENGTH} characters.`)
  return secret
}
