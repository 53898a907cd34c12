import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join, normalize } from 'node:path'
import { LocalServer } from './local-server.js'
import { git } from './program.js'

/** Serves the repositories of a folder by git's dumb protocol, with a password. */
export class GitServer extends LocalServer {
  /** Command lines of this machine's processes, as everybody saw them during requests. */
  readonly commandLines = new Set<string>()

  constructor(
    folder: string,
    private authorization: string,
  ) {
    super((request, response) => void this.#answer(folder, request, response))
  }

  async #answer(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const line of listCommandLines()) this.commandLines.add(line)
    if (request.headers.authorization !== this.authorization) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="archive"' }).end()
      return
    }
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
    const content = await readFile(join(folder, path)).catch(() => undefined)
    response.writeHead(content ? 200 : 404).end(content)
  }

  /** From now on another password is the right one. */
  setPassword(user: string, password: string): void {
    this.authorization = basic(user, password)
  }
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}

/** Files that the dumb protocol needs, updated after each change of a repository. */
export async function publish(folder: string): Promise<void> {
  await git(folder, 'update-server-info')
}

function listCommandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      } catch {
        // It has ended.
        return ''
      }
    })
}
