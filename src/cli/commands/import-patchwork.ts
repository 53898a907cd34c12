import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { isKnownHash } from '../../auth/password.js'
import type { Database } from '../../db/schema.js'
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
SOURCE is the database of a Patchwork 3.0 to 3.3, or a dump of it; nothing is written to it:
  postgres://USER@HOST/NAME                          PostgreSQL
  mysql://USER@HOST/NAME[?socket=PATH]               MySQL or MariaDB
  FILE                                               SQLite, or what pg_dump wrote as SQL; also gzipped

An import that was interrupted goes on where it was when it is started again. Started again after it has
finished, it brings the database up to date: rows that are new there are added, rows that changed there
are changed here, rows that are gone there are deleted. So import once while the old server runs, stop it,
import again, and start the new one. Once the new one has been in use, nothing is imported any more.

Rows that cannot be carried as they are, such as a comment whose patch is not there, are named at the end.`

export function addImportPatchworkCommand(program: Command): void {
  program
    .command('import-patchwork <source>')
    .description(
      'Move over from a Python Patchwork: all that it has, with its numbers, tokens and passwords.',
    )
    .option('--verify', 'compare what is here with the source, and change nothing')
    .option('--time-zone <name>', "TIME_ZONE of the settings there, if its PostgreSQL's times are not UTC")
    .option('--password-file <file>', 'a file with the password of the source, or - for standard input')
    .option('--report <file>', 'write there each row that could not be carried as it was, and why')
    .addHelpText('after', HELP)
    .action((address: string, options: Options) => run(address, options))
}

async function run(address: string, options: Options): Promise<void> {
  keepHeapSmall()
  const zone = options.timeZone
  if (zone !== undefined && !isZone(zone))
    throw new Invalid(`There is no time zone '${zone}'; it is named like Europe/Oslo.`)
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
  console.log(
    `${rows} rows were gone through in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} a second.`,
  )
  for (const line of await explainProblems(db, source, isKnownHash)) console.log(line)
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
