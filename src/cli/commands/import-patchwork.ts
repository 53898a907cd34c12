import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { isKnownHash } from '../../auth/password.js'
import type { Database } from '../../db/schema.js'
import { hasUnlinkedSeries } from '../../domain/topics/relink.js'
import { isZone } from '../../import-patchwork/clock.js'
import { type ImportResult, move } from '../../import-patchwork/import.js'
import { explainProblems, explainResult, explainVerified } from '../../import-patchwork/report.js'
import type { Source } from '../../import-patchwork/source.js'
import { openSource } from '../../import-patchwork/sources/open.js'
import { listMoveProblems } from '../../import-patchwork/store/import-state.js'
import { isAlike, verify } from '../../import-patchwork/verify.js'
import { Invalid } from '../../util/errors.js'
import { keepHeapSmall } from '../../util/heap-flags.js'
import { withDatabase } from '../open-database.js'
import { ProgressBar } from '../progress.js'
import { readSecretFile } from '../secret-file.js'

interface Options {
  verify?: boolean
  timeZone?: string
  passwordFile?: string
  report?: string
}

const HELP = `
SOURCE is the database of a Patchwork 3.0 to 3.3, or a dump of it. It is only read:
  postgres://USER@HOST/NAME                          PostgreSQL
  mysql://USER@HOST/NAME[?socket=PATH]               MySQL or MariaDB
  FILE                                               SQLite database, or SQL dump by pg_dump; may be gzipped

An interrupted import resumes when it is started again. After it has finished, a further import updates the
database: new rows of the source are added, changed rows are changed, deleted rows are deleted. So import
once while the old server runs, stop the old server, import again, and start the new server. Once the new
server has been used, a further import is refused.

Rows that cannot be imported unchanged, such as a comment without its patch, are listed at the end.`

export function addImportPatchworkCommand(program: Command): void {
  program
    .command('import-patchwork <source>')
    .description('Import all data of a Python Patchwork, including ids, API tokens and passwords.')
    .option('--verify', 'compare the database with the source, and change nothing')
    .option(
      '--time-zone <name>',
      "the source's setting TIME_ZONE, if its PostgreSQL database does not use UTC",
    )
    .option('--password-file <file>', 'file with the password of the source, or - for standard input')
    .option(
      '--report <file>',
      'write each row that could not be imported unchanged, with the reason, into this file',
    )
    .addHelpText('after', HELP)
    .action((address: string, options: Options) => run(address, options))
}

async function run(address: string, options: Options): Promise<void> {
  keepHeapSmall()
  const zone = options.timeZone
  if (zone !== undefined && !isZone(zone))
    throw new Invalid(`There is no time zone '${zone}'; names are like Europe/Oslo.`)
  const password = options.passwordFile === undefined ? undefined : await readSecretFile(options.passwordFile)
  const source = await open(address, password)
  try {
    await withDatabase(
      async (db) => {
        if (options.verify) process.exitCode = await compare(db, source, zone)
        else await runImport(db, source, zone)
        if (options.report) await writeReport(db, options.report)
      },
      // If the machine stops, the last rows come again: how far an import is, is committed with them.
      { isDurable: false },
    )
  } finally {
    await source.close()
  }
}

/** Files are gone through once before anything is carried: of a large dump that takes a while. */
async function open(address: string, password: string | undefined): Promise<Source> {
  let bar: ProgressBar | undefined
  let before = 0
  const onRead = (done: number, total: number) => {
    if (done < before) before = 0
    if (before === 0) bar = new ProgressBar(process.stderr, total)
    bar?.advance(done - before)
    before = done
  }
  const source = await openSource(address, { password, onRead })
  bar?.finish()
  return source
}

async function runImport(db: Database, source: Source, zone: string | undefined): Promise<void> {
  let bar = new ProgressBar(process.stderr, undefined)
  let rows = 0
  const start = performance.now()
  const result: ImportResult = await move(db, source, {
    zone,
    now: new Date(),
    onStart: (total) => (bar = new ProgressBar(process.stderr, total)),
    onRows: (more) => {
      rows += more
      bar.advance(more)
    },
  })
  bar.finish()
  const seconds = (performance.now() - start) / 1000
  console.log(`Imported ${source.name}.`)
  for (const line of explainResult(result)) console.log(line)
  console.log(`${rows} rows read in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} per second.`)
  for (const line of await explainProblems(db, source, isKnownHash)) console.log(line)
  if (await hasUnlinkedSeries(db))
    console.log("Now run 'patchwork relink' to find the versions of its series.")
}

async function compare(db: Database, source: Source, zone: string | undefined): Promise<number> {
  const verified = await verify(db, source, { zone })
  for (const line of explainVerified(verified)) console.log(line)
  return verified.every(isAlike) ? 0 : 1
}

async function writeReport(db: Database, path: string): Promise<void> {
  const lines = async function* () {
    for await (const { table_name, row_key, is_left_out, reason } of listMoveProblems(db))
      yield `${table_name} ${row_key}: ${is_left_out ? 'left out' : 'carried'}: ${reason}\n`
  }
  await pipeline(Readable.from(lines()), createWriteStream(path, { mode: 0o600 }))
}
