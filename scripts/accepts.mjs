// Moves a branch along recorded commits, has a project follow it, and compares the patches that are accepted.
//
//   node scripts/accepts.mjs [--project NAME] [--steps N] SERVER FOLDER [CLI…]
//
// SERVER has the mails of the list in a project, by default `list`; FOLDER has the recorded commits; CLI runs commands on
// the same database. The branch is moved in N steps, by default 6. Prints what differs, and ends with `N passed, N failed`.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readRecords } from './records.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string', default: 'list' },
    steps: { type: 'string', default: '6' },
  },
})
const [server = '', folder = '', ...command] = positionals
const [program = resolve(import.meta.dirname, '..', 'bin', 'patchwork'), ...programArguments] = command
const scratch = mkdtempSync(join(tmpdir(), 'patchwork-accepts-'))
const repository = join(scratch, 'origin.git')
process.once('exit', () => rmSync(scratch, { recursive: true }))

const accepts = records('accepts-util-linux-slice')
const uncertain = new Set(records('uncertain-util-linux-slice').map(({ commit }) => commit))

makeRepository()
const chain = git('rev-list', '--first-parent', '--reverse', 'refs/heads/slice').split('\n')
move(chain[0])
cli('project', 'edit', values.project, '--accepted', 'on')
cli('tree', 'add', values.project, repository, '--branch', 'master')
const steps = Number(values.steps)
for (let step = 0; step <= steps; step++) {
  move(chain[Math.round((step * (chain.length - 1)) / steps)])
  cli('accept-commits', values.project)
}
const found = new Map((await readAccepted()).map(({ msgid, commit_ref: commit }) => [msgid, commit]))
report()

/** @returns {{ commit: string, msgids: string[], other_versions?: string[] }[]} */
function records(name) {
  return readRecords(join(folder, `${name}.jsonl.gz`))
}

function git(...args) {
  return execFileSync('git', ['--git-dir', repository, ...args], { encoding: 'utf8' }).trim()
}

/** The commits are cut off from their history, as the file beside them says. */
function makeRepository() {
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=master', repository])
  cpSync(join(folder, 'util-linux-slice.shallow'), join(repository, 'shallow'))
  // What is fetched from here need not be small: without it, git takes 6 s to look for differences that it can send.
  git('config', 'pack.window', '0')
  git('fetch', '--quiet', resolve(folder, 'util-linux-slice.bundle'), 'master:refs/heads/slice')
}

function move(commit) {
  git('update-ref', 'refs/heads/master', commit)
}

function cli(...args) {
  const environment = { PATCHWORK_TREE_PROTOCOLS: 'file', PATCHWORK_TREE_FOLDER: join(scratch, 'trees') }
  execFileSync(program, [...programArguments, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** The patches with a commit. */
async function readAccepted() {
  const patches = []
  let url = `${server}/api/1.4/patches/?project=${values.project}&state=accepted&per_page=250`
  while (url !== undefined) {
    const answer = await fetch(url)
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    patches.push(...(await answer.json()))
    url = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1]
  }
  return patches.filter(({ commit_ref: commit }) => commit !== null)
}

/** Each recorded commit has its newest patch, and no patch has a commit that it is not. */
function report() {
  const wrong = []
  let passed = 0
  for (const { commit, msgids, subject } of accepts) {
    if (found.get(msgids.at(-1)) === commit) passed++
    else wrong.push(`missing ${commit.slice(0, 12)} ${msgids.at(-1)} ${subject}`)
  }
  const right = new Map(
    accepts.map((each) => [each.commit, new Set([...each.msgids, ...(each.other_versions ?? [])])]),
  )
  for (const [msgid, commit] of found)
    if (!uncertain.has(commit) && right.get(commit)?.has(msgid) !== true)
      wrong.push(`wrong ${commit.slice(0, 12)} ${msgid}`)
  for (const line of wrong) console.log(line)
  console.log(`${passed} passed, ${wrong.length} failed`)
  process.exitCode = wrong.length > 0 ? 1 : 0
}
