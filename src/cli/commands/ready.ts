import type { Command } from 'commander'
import { Invalid } from '../../util/errors.js'

/** Longest wait for an answer, in milliseconds. */
const REQUEST_TIMEOUT_MS = 5000

/** Longest part of an answer that is shown. */
const MAX_SHOWN = 200

export function addReadyCommand(program: Command): void {
  program
    .command('ready')
    .description('Check whether a server is ready for requests, for supervisors; the exit code is 1 if not.')
    .option('--server <url>', 'URL of the server', 'http://127.0.0.1:8000')
    .action(({ server }: { server: string }) => ask(server))
}

async function ask(server: string): Promise<void> {
  const url = URL.parse('/readyz', server)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Invalid('The server must be a URL such as http://127.0.0.1:8000.')
  const answer = await fetch(url, {
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    redirect: 'manual',
  }).catch(() => {
    throw new Invalid(`There is no response from ${url.origin}.`)
  })
  const said = (await answer.text()).trim().slice(0, MAX_SHOWN)
  if (!answer.ok) throw new Invalid(`The server is not ready: ${said}.`)
  console.log(said)
}
