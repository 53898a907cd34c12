// Compares a built server with recordings of the Python Patchwork, on both databases.
//
//   node scripts/conformance.mjs [--database sqlite|postgres] FOLDER [SET …]
//
// FOLDER has replay.mjs, crawl.mjs and the recordings; by default all sets are compared, on both databases.
//
// The set `faults` is in the folder beside it: mails for which git decides what the correct result is.
//
// Prints a line for each step, ends with `N passed, N failed`, and exits with 1 if anything failed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { reportCounts } from './counts.mjs'
import { freePort, startPostgres } from './postgres.mjs'
import { waitForServer } from './wait-for-server.mjs'
import { withoutAdditions } from './without-additions.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { database: { type: 'string' } },
})
if (options.database !== undefined && !['sqlite', 'postgres'].includes(options.database)) {
  console.error(`'${options.database}' is neither sqlite nor postgres.`)
  process.exit(1)
}
const folder = resolve(positionals[0] ?? '')
const cli = resolve(import.meta.dirname, '..', 'bin', 'patchwork')
const faults = join(folder, '..', 'faults')
const versions = join(folder, '..', 'versions')
const scratch = mkdtempSync(join(tmpdir(), 'patchwork-conformance-'))
const GROUPS = [
  'read 1.0',
  'read 1.1',
  'read 1.2',
  'read 1.3',
  'read 1.4',
  'read latest',
  'filter',
  'access',
  'methods',
  'web',
  'update patch',
  'relate patches',
  'check',
  'comment',
  'bundle',
  'project',
  'user',
]
/** Sets with a project and an archive for each case: a process for each command would take longer than all that is checked. */
const MANY_ARCHIVES = new Set(['cases', 'faults'])
const totals = { passed: 0, failed: 0 }

const postgres = options.database === 'sqlite' ? undefined : await startPostgres()
try {
  for (const set of positionals.length > 1
    ? positionals.slice(1)
    : ['cases', 'util-linux', 'util-linux-all', ...(existsSync(faults) ? ['faults'] : [])]) {
    if (options.database !== 'postgres')
      await check(`sqlite ${set}`, set, `sqlite:${join(scratch, `${set}.db`)}`)
    if (postgres) await check(`postgres ${set}`, set, await postgres.createDatabase(set.replaceAll('-', '_')))
  }
} finally {
  await postgres?.stop()
}
reportCounts(totals)
process.exitCode = totals.failed > 0 ? 1 : 0

/** Loads one set of mail into an empty database, serves it, and compares the responses. */
async function check(label, set, databaseUrl) {
  const env = { ...process.env, PATCHWORK_DATABASE_URL: databaseUrl }
  const command = `${process.execPath} ${cli}`
  const loaded = MANY_ARCHIVES.has(set)
    ? run(env, join(import.meta.dirname, 'load-set.mjs'), set === 'faults' ? faults : set)
    : run(env, 'load.mjs', '--cli', command, set)
  if (loaded.status !== 0) throw new Error(`loading of ${label}: ${loaded.stderr}`)
  const port = await freePort()
  const base = `http://127.0.0.1:${port}`
  const server = spawn(process.execPath, [cli, 'serve', '--port', String(port)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  try {
    await waitForServer(`${base}/api/`, server)
    if (set === 'faults') {
      tally(`${label} cases`, run(env, join(faults, 'check.mjs'), '--base', base, '--cli', command, faults))
      return
    }
    const mine = join(scratch, `${label.replace(' ', '-')}.jsonl.gz`)
    const crawl = run(env, 'crawl.mjs', '--base', base, '--out', mine)
    if (crawl.status !== 0) throw new Error(`crawl of ${label}: ${crawl.stderr}`)
    tally(`${label} records`, run(env, 'compare.mjs', `${set}/parsed.jsonl.gz`, mine, ...better(set)))
    // Git judges every download against its mail.
    if (set === 'util-linux-all')
      tally(
        `${label} round trip`,
        run(env, 'roundtrip.mjs', '--base', base, '--project', 'list', `${set}/list.mbox.gz`),
      )
    if (set === 'util-linux-all' && existsSync(versions)) checkVersions(label, env, base)
    if (set === 'util-linux') await replay(label, env, base)
  } finally {
    server.kill()
  }
}

/**
 * The recorded exchanges, without the fields that API 1.4 adds to a single series; group after group in one process: to
 * start it and to read the recording takes as long as to replay two groups.
 */
async function replay(label, env, base) {
  await withoutAdditions(base, (address) => {
    const replayed = run(env, 'replay.mjs', '--base', address, 'util-linux/exchanges.jsonl.gz')
    const counts = new Map(
      [...replayed.stdout.matchAll(/^(?:ok {2}|FAIL) (.+): (\d+) of (\d+)$/gm)].map(
        ([, group, ...numbers]) => [group, numbers.map(Number)],
      ),
    )
    for (const group of GROUPS) {
      // A group that the tool says nothing of has failed.
      const [passed, all] = counts.get(group) ?? [0, 1]
      count(`${label} ${group}`, passed, all - passed)
    }
    if (replayed.status !== 0) console.log(`${replayed.stdout}\n${replayed.stderr}`.trim())
  })
}

/**
 * Versions are those that are known of the list; git judges every comparison of two, and the text of
 * each; b4 has collected the trailers of patches.
 */
function checkVersions(label, env, base) {
  tally(`${label} versions`, run(env, join(versions, 'check-links.mjs'), base, 'util-linux', '--verbose'))
  const accepts = join(import.meta.dirname, 'accepts.mjs')
  tally(`${label} accepted commits`, run(env, accepts, base, versions, process.execPath, cli))
  const judge = join(versions, 'check-rangediff.mjs')
  tally(`${label} range-diffs`, run(env, judge, base, 'util-linux', '--strict'))
  const texts = join(import.meta.dirname, 'range-diff-texts.mjs')
  const recorded = join(versions, 'rangediff-util-linux.jsonl.gz')
  tally(`${label} range-diff texts`, run(env, texts, base, recorded))
  const trailers = join(import.meta.dirname, 'b4-trailers.mjs')
  const collected = join(versions, 'trailers-util-linux.jsonl.gz')
  tally(`${label} trailers of b4`, run(env, trailers, base, 'list', collected))
}

/**
 * The mails of a set whose recording holds a fault, as `better.jsonl` beside it names them, and what follows from
 * those for other records (`recorded-faults.jsonl`, with the reasons).
 */
function better(set) {
  const beside = join(folder, set, 'better.jsonl')
  if (!existsSync(beside)) return []
  const file = join(scratch, `${set}-better.jsonl`)
  const own = readFileSync(join(import.meta.dirname, 'recorded-faults.jsonl'), 'utf8')
  writeFileSync(file, `${readFileSync(beside, 'utf8').trimEnd()}\n${set === 'util-linux-all' ? own : ''}`)
  return ['--better', file]
}

function run(env, tool, ...args) {
  return spawnSync(process.execPath, [tool, ...args], { cwd: folder, env, encoding: 'utf8' })
}

/** A tool that says nothing that can be counted has failed. */
function tally(label, { stdout, stderr, status }) {
  const [, passed = '0', failed = '1'] = /^(\d+) passed, (\d+) failed$/m.exec(stdout) ?? []
  count(label, Number(passed), Number(failed))
  if (status !== 0) console.log(`${stdout}\n${stderr}`.trim())
}

function count(label, passed, failed) {
  totals.passed += passed
  totals.failed += failed
  console.log(`${label}: ${passed} of ${passed + failed}`)
}
