import { createReadStream, statSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'
import type { Command } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { Invalid } from '../../errors.js'
import { inBatches } from '../../intake/batches.js'
import { type Arrival, journalMails } from '../../intake/journal.js'
import { type Processed, processMails } from '../../intake/process.js'
import { splitMbox } from '../../mail/archive.js'
import { withDatabase } from '../database.js'
import { ProgressBar } from '../progress.js'

export function addArchiveCommand(program: Command): void {
  program
    .command('parsearchive <archive>')
    .description('Take all mails of an archive: an mbox, gzipped or not, or a Maildir.')
    .option('--list-id <id>', 'the list they came from, if their headers are not to say')
    .action((path: string, { listId }: { listId?: string }) =>
      // The archive is still there if the machine stops: one sync at the end is enough.
      withDatabase((db) => importArchive(db, path, listId), { isDurable: false }),
    )
}

/** What became of the mails of an archive, and why. */
interface Summary {
  patch: number
  cover: number
  comment: number
  duplicate: number
  ignored: number
  errors: string[]
}

async function importArchive(db: Database, path: string, listId: string | undefined): Promise<void> {
  const summary: Summary = { patch: 0, cover: 0, comment: 0, duplicate: 0, ignored: 0, errors: [] }
  const bar = new ProgressBar(process.stderr, totalBytes(path))
  let number = 0
  for await (const batch of inBatches(arrivals(path, listId, bar))) {
    const entries = await journalMails(db, batch, new Date())
    for (const processed of await processMails(db, entries, new Date())) count(summary, ++number, processed)
  }
  await capabilities(db).analyze(db)
  await capabilities(db).flush(db)
  bar.finish()
  print(number, summary)
}

async function* arrivals(
  path: string,
  listId: string | undefined,
  bar: ProgressBar,
): AsyncGenerator<Arrival> {
  for await (const bytes of mailsOf(path, (read) => bar.advance(read)))
    yield { bytes, source: 'archive', listId }
}

function count(summary: Summary, number: number, processed: Processed): void {
  if (processed.kind === 'rejected' || processed.kind === 'failed')
    summary.errors.push(`mail ${number}: ${processed.reason}`)
  else summary[processed.kind]++
}

function print(mails: number, { errors, ...counts }: Summary): void {
  console.log(`${mails} mails:`)
  console.log(`  ${counts.cover} covers`)
  console.log(`  ${counts.patch} patches`)
  console.log(`  ${counts.comment} comments`)
  console.log(`  ${counts.duplicate} duplicates`)
  console.log(`  ${counts.ignored} dropped`)
  console.log(`  ${errors.length} errors`)
  for (const error of errors) console.log(`    ${error}`)
}

function isMaildir(path: string): boolean {
  return statSync(path).isDirectory()
}

function totalBytes(path: string): number | undefined {
  return isMaildir(path) ? undefined : statSync(path).size
}

/** The mails of an archive, one at a time; `onRead` hears how many of its bytes have been read. */
function mailsOf(path: string, onRead: (bytes: number) => void): AsyncIterable<Uint8Array> {
  if (isMaildir(path)) return mailsOfMaildir(path)
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 })
  file.on('data', (chunk) => onRead(chunk.length))
  if (!path.endsWith('.gz')) return splitMbox(file)
  const unzipped = createGunzip()
  file.on('error', (error) => unzipped.destroy(error)).pipe(unzipped)
  return splitMbox(unzipped)
}

/** Maildir keeps new mail in `new` and seen mail in `cur`; names begin with the time of delivery. */
async function* mailsOfMaildir(path: string): AsyncGenerator<Uint8Array> {
  const files: { name: string; folder: string }[] = []
  for (const folder of ['cur', 'new']) {
    const names = await readdir(join(path, folder)).catch(() => undefined)
    if (!names) throw new Invalid(`'${path}' is a folder, but no Maildir: it has no '${folder}'.`)
    files.push(...names.map((name) => ({ name, folder })))
  }
  files.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
  for (const { name, folder } of files) yield await readFile(join(path, folder, name))
}
