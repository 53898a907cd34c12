import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { LIMITS } from '../../mail/limits.js'
import { type IncomingMessage, journalMails } from '../../receive/journal/journal.js'
import { parseInProcess } from '../../receive/journal/parse.js'
import { type Processed, processMails } from '../../receive/journal/processor.js'
import { Busy } from '../../util/errors.js'
import { withDatabase } from '../open-database.js'
import { printable } from '../table.js'

/** As in sysexits.h, which mail servers go by. */
const EX_DATAERR = 65
const EX_TEMPFAIL = 75

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
      process.exitCode = await take({ bytes, source: 'pipe', listId })
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

async function take(message: IncomingMessage): Promise<number> {
  try {
    return await withDatabase(async (db) => {
      const entries = await journalMails(db, [message], new Date())
      const [processed] = await processMails(db, entries, new Date(), parseInProcess).catch(() => [])
      return processed ? report(processed) : reportWaiting(entries[0]?.id)
    })
  } catch (error) {
    // Whatever keeps the database from taking it now may be over later; the mail itself is fine.
    const reason =
      error instanceof Busy ? error.message : `It could not be stored: ${(error as Error).message}`
    console.error(`patchwork: ${reason}`)
    return EX_TEMPFAIL
  }
}

/** From the journal on the mail is ours: its sender need not try again. */
function reportWaiting(id: number | undefined): number {
  console.error(`patchwork: the mail is in the journal (mail ${id}) and will be processed later.`)
  return 0
}

function report(processed: Processed): number {
  if ('id' in processed) {
    console.log(`${processed.kind} ${processed.id}`)
    for (const problem of processed.problems) console.error(problem)
  } else if (processed.kind === 'rejected') {
    console.error(`patchwork: the mail was rejected: ${printable(processed.reason)}`)
    return EX_DATAERR
  } else if (processed.kind === 'failed')
    console.error(`patchwork: the mail is in the journal, but failed: ${printable(processed.reason)}`)
  else console.log(`${processed.kind}: ${printable(processed.reason)}`)
  return 0
}
