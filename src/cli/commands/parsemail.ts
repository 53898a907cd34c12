import { createReadStream } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { Command } from 'commander'
import { Busy } from '../../errors.js'
import { ingest } from '../../ingest/ingest.js'
import type { Outcome } from '../../ingest/outcome.js'
import { withDatabase } from '../database.js'

/** As in sysexits.h, which mail servers go by. */
const EX_DATAERR = 65
const EX_TEMPFAIL = 75

export function addMailCommand(program: Command): void {
  program
    .command('parsemail [file]')
    .description('Take one mail from a file or from standard input.')
    .option('--list-id <id>', 'the list it came from, if its headers are not to say')
    .addHelpText(
      'after',
      '\nExits with 0 (stored or ignored), 65 (can never be taken) or 75 (try again later).',
    )
    .action(async (file: string | undefined, { listId }: { listId?: string }) => {
      const bytes = await buffer(file === undefined ? process.stdin : createReadStream(file))
      process.exitCode = await take(bytes, listId)
    })
}

async function take(bytes: Buffer, listId: string | undefined): Promise<number> {
  try {
    const outcome = await withDatabase((db) => ingest(db, bytes, { listId, now: new Date() }))
    report(outcome)
    return outcome.kind === 'rejected' ? EX_DATAERR : 0
  } catch (error) {
    // Whatever keeps the database from taking it now may be over later; the mail itself is fine.
    const reason =
      error instanceof Busy ? error.message : `It could not be stored: ${(error as Error).message}`
    console.error(`patchwork: ${reason}`)
    return EX_TEMPFAIL
  }
}

function report(outcome: Outcome): void {
  if ('id' in outcome) {
    console.log(`${outcome.kind} ${outcome.id}`)
    for (const problem of outcome.problems) console.error(problem)
  } else if (outcome.kind === 'rejected') console.error(`patchwork: the mail was rejected: ${outcome.reason}`)
  else console.log(`${outcome.kind}: ${outcome.reason}`)
}
