import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { LIMITS } from '../../mail/limits.js'
import { takeDirectly } from '../pipe-direct.js'

export function addMailCommand(program: Command): void {
  program
    .command('parsemail [file]')
    .description('Process one mail from a file or from standard input.')
    .option('--list-id <id>', 'List-ID to use in place of the one in the headers')
    .addHelpText(
      'after',
      '\nExit codes: 0 (stored or ignored), 65 (rejected permanently), 75 (try again later).',
    )
    .action(async (file: string | undefined, { listId }: { listId?: string }) => {
      const bytes = await readOne(file === undefined ? process.stdin : createReadStream(file))
      const { code, out, err } = await takeDirectly({ bytes, listId })
      for (const line of out) console.log(line)
      for (const line of err) console.error(line)
      process.exitCode = code
    })
}

/** One mail; of one that is too large as much as lets the parser see that. */
async function readOne(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    if (length <= LIMITS.mailBytes) chunks.push(chunk)
    length += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, LIMITS.mailBytes + 1)
}
