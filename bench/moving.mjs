// Measures how fast a Python Patchwork moves over: `npm run bench:moving -- SQLITE-FILE [TIMES]`.
//
// The installation in the file is copied TIMES over into one large database, with new numbers and message ids;
// that is then imported by the command line into SQLite and into PostgreSQL.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import BetterSqlite3 from 'better-sqlite3'
import { startPostgres } from '../scripts/postgres.mjs'

/** Further from each other than any two numbers in the file. */
const STEP = 10_000

/** The tables that grow, and those of their columns that name rows which are copied as well. */
const GROWING = {
  patchwork_cover: [],
  patchwork_series: ['cover_letter_id'],
  patchwork_seriesreference: ['series_id'],
  patchwork_patch: ['series_id'],
  patchwork_patchcomment: ['patch_id'],
  patchwork_covercomment: ['cover_id'],
  patchwork_check: ['patch_id'],
  patchwork_event: [
    'patch_id',
    'series_id',
    'cover_id',
    'created_check_id',
    'patch_comment_id',
    'cover_comment_id',
  ],
}

const [file, times = '100'] = process.argv.slice(2)
const cli = resolve(import.meta.dirname, '..', 'bin', 'patchwork')
const folder = mkdtempSync(join(tmpdir(), 'patchwork-bench-moving-'))
const large = join(folder, 'large.db')
copyFileSync(file, large)
enlarge(large, Number(times))
const postgres = await startPostgres({ isDurable: true })
try {
  measure('SQLite', `sqlite:${join(folder, 'target.db')}`)
  measure('PostgreSQL', await postgres.createDatabase('target'))
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

function enlarge(path, copies) {
  const db = new BetterSqlite3(path)
  db.pragma('foreign_keys = off')
  db.exec('begin')
  for (const [table, references] of Object.entries(GROWING)) {
    /** @type {string[]} */
    const columns = db.prepare('select name from pragma_table_info(?)').pluck().all(table)
    const values = columns.map((column) => {
      if (column === 'id' || references.includes(column)) return `"${column}" + ?`
      return column === 'msgid' ? `msgid || ?` : `"${column}"`
    })
    const names = columns.map((column) => `"${column}"`).join()
    const copy = db.prepare(
      `insert into "${table}" (${names}) select ${values.join()} from "${table}" where id < ${STEP}`,
    )
    const shifts = values.filter((value) => value.endsWith('?'))
    for (let number = 1; number < copies; number++)
      copy.run(shifts.map((value) => (value.startsWith('msgid') ? `.${number}` : number * STEP)))
  }
  db.exec('commit')
  db.close()
}

function measure(label, url) {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: url }
  const command = [process.execPath, cli, 'import-patchwork', large]
  const timed = spawnSync('/usr/bin/time', ['-v', ...command], { env, encoding: 'utf8' })
  const [program, ...rest] = command
  const { stdout, stderr, status } = timed.error ? spawnSync(program, rest, { env, encoding: 'utf8' }) : timed
  if (status !== 0) throw new Error(stderr)
  const memory = /Maximum resident set size \(kbytes\): (\d+)/.exec(stderr)?.[1]
  console.log(`${label}: ${/^\d+ rows were .*$/m.exec(stdout)?.[0]}`)
  if (memory) console.log(`${label}: ${Math.round(memory / 1024)} MB at most`)
}
