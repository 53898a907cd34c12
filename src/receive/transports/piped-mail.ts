import type { Database } from '../../db/schema.js'
import { Busy } from '../../util/errors.js'
import { printable } from '../../util/text.js'
import { journalMails } from '../journal/journal.js'
import type { ParseMails } from '../journal/parse.js'
import { type Processed, processMails } from '../journal/processor.js'

/** As in sysexits.h, which mail servers go by. */
const EX_DATAERR = 65
const EX_TEMPFAIL = 75

/** One mail for `parsemail`, and the list that it is said to belong to. */
export interface PipedMail {
  readonly bytes: Uint8Array
  readonly listId?: string | undefined
}

/** What `parsemail` says of a mail: its exit code, and lines for standard output and standard error. */
export interface PipeResult {
  readonly code: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/**
 * Journals one mail and processes it. The code is 0 only if the mail is durable in the journal, and 75 if nothing is
 * known of it.
 */
export async function takePipedMail(
  db: Database,
  mail: PipedMail,
  now: () => Date,
  parseMails?: ParseMails,
): Promise<PipeResult> {
  try {
    const entries = await journalMails(db, [{ ...mail, source: 'pipe' }], now())
    const [processed] = await processMails(db, entries, now(), parseMails).catch(() => [])
    return processed ? report(processed) : waiting(entries[0]?.id)
  } catch (error) {
    return notStored(error)
  }
}

/** Whatever keeps the database from taking a mail now may be over later; the mail itself is fine. */
export function notStored(error: unknown): PipeResult {
  const reason = error instanceof Busy ? error.message : `It could not be stored: ${(error as Error).message}`
  return { code: EX_TEMPFAIL, out: [], err: [`patchwork: ${reason}`] }
}

/** From the journal on the mail is ours: its sender need not try again. */
function waiting(id: number | undefined): PipeResult {
  return {
    code: 0,
    out: [],
    err: [`patchwork: the mail is in the journal (mail ${id}) and will be processed later.`],
  }
}

function report(processed: Processed): PipeResult {
  if ('id' in processed)
    return { code: 0, out: [`${processed.kind} ${processed.id}`], err: processed.problems }
  const reason = printable(processed.reason)
  if (processed.kind === 'rejected')
    return { code: EX_DATAERR, out: [], err: [`patchwork: the mail was rejected: ${reason}`] }
  if (processed.kind === 'failed')
    return { code: 0, out: [], err: [`patchwork: the mail is in the journal, but failed: ${reason}`] }
  return { code: 0, out: [`${processed.kind}: ${reason}`], err: [] }
}
