import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** The archive of the demo's list, served as public-inbox serves lists: as much of it as b4 asks for. */

export interface PublicInbox {
  /** Where it listens: `http://127.0.0.1:PORT`. */
  readonly url: string
  close(): Promise<void>
}

const THREAD = /^\/all\/([^/]+)\/t\.mbox\.gz$/

/** Serves `/all/MESSAGE-ID/t.mbox.gz`: the whole thread that a mail is in. */
export async function servePublicInbox(): Promise<PublicInbox> {
  const archive = readFileSync(join(import.meta.dirname, '../../demo/archive.mbox'), 'utf8')
  const mails = archive.split(/^(?=From mboxrd@z )/m)
  const server = createServer((request, response) => {
    const id = decodeURIComponent(THREAD.exec(request.url ?? '')?.[1] ?? '')
    // The archive calls the mails of one posting, and the replies to it, by one name and their number.
    const posting = id.replace(/-(re-)?\d+@.*$/, '')
    const thread = mails.filter((mail) => mail.includes(`\nMessage-Id: <${posting}-`))
    if (thread.length === 0) response.writeHead(404).end()
    else response.end(gzipSync(thread.join('')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => closed(server) }
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
