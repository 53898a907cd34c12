// Measures the cost of the journal in an import: `npm run bench:journal -- [ARCHIVE] [LIST-ID]`.
//
// The archive is imported as `parsearchive` does it, and then by the same steps without a journal: a worker thread
// parses the mails, the main thread stores them in transactions of the same size. Both run alternately, several
// times; the medians count.
import { on } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { startPostgres } from '../scripts/postgres.mjs'
import { median } from './figures.mjs'

const TIMES = 5
/** Batches that the thread is ahead, as it is with a journal. */
const AHEAD = 4

const dist = resolve(import.meta.dirname, '..', 'dist')
const load = async (path) => await import(join(dist, path))

if (isMainThread) await main()
else await readArchive(workerData)

async function main() {
  const demo = resolve(import.meta.dirname, '..', 'demo', 'archive.mbox')
  const [archive = demo, listId = 'lanterna-devel.example.org'] = process.argv.slice(2)
  console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node.js ${process.version}`)
  const { keepHeapSmall } = await load('util/heap-flags.js')
  keepHeapSmall()
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-journal-'))
  const postgres = await startPostgres({ isDurable: true })
  let number = 0
  try {
    await compare('SQLite', archive, listId, () => `sqlite:${join(folder, `${number++}.db`)}`)
    await compare('PostgreSQL', archive, listId, () => postgres.createDatabase(`journal${number++}`))
  } finally {
    await postgres.stop()
    rmSync(folder, { recursive: true })
  }
}

async function compare(label, archive, listId, makeUrl) {
  const [withJournal, without] = [[], []]
  for (let time = 0; time < TIMES; time++) {
    withJournal.push(await measure(await makeUrl(), listId, (db) => importWithJournal(db, archive, listId)))
    without.push(await measure(await makeUrl(), listId, (db) => importWithout(db, archive, listId)))
  }
  const [slow, fast] = [median(withJournal), median(without)]
  const share = Math.round((1 - slow / fast) * 100)
  console.log(
    `${label}: ${Math.round(slow)} mails/s with the journal, ${Math.round(fast)} without: ${share} % of the speed`,
  )
}

/** Mails a second of an import into a new database. */
async function measure(url, listId, importInto) {
  const [{ connect }, { migrate }, { insertProject }] = await Promise.all(
    ['db/connect.js', 'db/migrate.js', 'domain/projects/updates.js'].map(load),
  )
  const db = connect(url, { isDurable: false })
  try {
    await migrate(db)
    const project = { link_name: 'bench', name: 'Bench', list_id: listId, list_email: 'bench@example.org' }
    await insertProject(db, project)
    const start = performance.now()
    const count = await importInto(db)
    return count / ((performance.now() - start) / 1000)
  } finally {
    await db.destroy()
  }
}

async function importWithJournal(db, archive, listId) {
  const { importArchiveFile } = await load('receive/archive/archive.js')
  const { ArchiveThread } = await load('receive/archive/import-thread.js')
  const thread = new ArchiveThread()
  thread.open(archive)
  let count = 0
  const options = { listId, onRead: () => {}, now: () => new Date() }
  for await (const { kind } of importArchiveFile(db, thread, options)) if (kind !== 'failed') count++
  await thread.close()
  return count
}

async function importWithout(db, archive, listId) {
  const [{ transaction }, { ingestParsed }] = await Promise.all(
    ['db/transaction.js', 'ingest/ingest.js'].map(load),
  )
  const thread = new Worker(new URL(import.meta.url), { workerData: archive })
  let count = 0
  for await (const [mails] of on(thread, 'message')) {
    if (!mails) break
    await transaction(db, async (within) => {
      const now = new Date()
      for (const mail of mails) await ingestParsed(within, mail, { listId, now, arrived: now })
    })
    count += mails.length
    thread.postMessage('taken', [])
  }
  await thread.terminate()
  return count
}

/** The thread: reads the mails of an archive, a few batches ahead of who takes them. */
async function readArchive(path) {
  const [{ mailsOf }, { inBatches }, { parseMail }] = await Promise.all(
    ['receive/archive/archive-file.js', 'util/batches.js', 'mail/parse.js'].map(load),
  )
  const places = { free: AHEAD, one: Promise.withResolvers() }
  parentPort.on('message', () => {
    places.free++
    places.one.resolve()
    places.one = Promise.withResolvers()
  })
  for await (const batch of inBatches(mailsOf(path, () => {}))) {
    while (places.free === 0) await places.one.promise
    parentPort.postMessage(
      batch.map(({ bytes }) => parseMail(bytes)),
      [],
    )
    places.free--
  }
  parentPort.postMessage(undefined, [])
}
