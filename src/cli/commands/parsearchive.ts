import { statSync } from 'node:fs'
import type { Command } from 'commander'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import { requireList } from '../../domain/projects/queries.js'
import { importArchiveFile } from '../../receive/archive/archive.js'
import type { ArchiveThread } from '../../receive/archive/import-thread.js'
import type { Processed } from '../../receive/journal/processor.js'
import { keepCompiled, optimizeLater } from '../../util/compiler-flags.js'
import { collectWithoutHelpers, keepHeapSmall, limitYoungGeneration } from '../../util/heap-flags.js'
import { printable } from '../../util/text.js'
import { withDatabase } from '../open-database.js'
import { ProgressBar } from '../progress.js'

/** Adds the command, which reads the archive in the thread that `startThread` returns. */
export function addArchiveCommand(program: Command, startThread: () => ArchiveThread): void {
  program
    .command('parsearchive <archive>')
    .description('Process all mails of an archive: an mbox, which may be gzipped, or a Maildir.')
    .option('--list-id <id>', 'List-ID to use in place of the one in the headers')
    .action(async (path: string, { listId }: { listId?: string }) => {
      // Reading begins before the database is open.
      const thread = startThread()
      thread.open(path)
      try {
        // The archive is still there if the machine stops: one sync at the end is enough.
        const checkpoint = (file: string) => thread.checkpoint(file)
        await withDatabase((db) => importArchive(db, thread, path, listId), { isDurable: false, checkpoint })
      } finally {
        await thread.close()
      }
    })
}

/** Counts of the outcomes of an archive's mails, and the reasons. */
interface Summary {
  patch: number
  cover: number
  comment: number
  duplicate: number
  ignored: number
  errors: string[]
}

async function importArchive(
  db: Database,
  thread: ArchiveThread,
  path: string,
  listId: string | undefined,
): Promise<void> {
  await requireList(db, listId)
  const summary: Summary = { patch: 0, cover: 0, comment: 0, duplicate: 0, ignored: 0, errors: [] }
  const bar = new ProgressBar(process.stderr, totalBytes(path))
  let [number, batches] = [0, 0]
  const remarks: string[] = []
  const options = {
    listId,
    onRead: (bytes: number) => {
      bar.advance(bytes)
      setFlags(++batches)
    },
    onRemark: (remark: string) => remarks.push(remark),
    now: () => new Date(),
  }
  for await (const processed of importArchiveFile(db, thread, options)) count(summary, ++number, processed)
  await capabilities(db).analyze(db)
  await capabilities(db).flush(db)
  bar.finish()
  print(number, summary)
  for (const remark of remarks) console.error(`patchwork: ${printable(remark)}`)
}

/** Batches after which the thread has surely parsed some. */
const WARM_UP = 4

/** Sets flags of V8, which are those of all threads, after each batch that has been read and stored. */
function setFlags(batches: number): void {
  if (batches === 1) {
    // By now both threads have loaded their modules: compiled code is taken only while the flags are as at the start.
    keepHeapSmall()
    collectWithoutHelpers()
    optimizeLater()
    keepCompiled()
  } else if (batches > WARM_UP) {
    // Before, the young generation of the thread would stay as small as it begins.
    limitYoungGeneration()
  }
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

/** Size of an mbox in bytes; the size of a Maildir is not known in advance. */
function totalBytes(path: string): number | undefined {
  const stats = statSync(path)
  return stats.isDirectory() ? undefined : stats.size
}
