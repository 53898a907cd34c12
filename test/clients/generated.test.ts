import { copyFileSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { addChecker } from '../../src/domain/projects/checker-commands.js'
import { createToken } from '../../src/domain/tokens/commands.js'
import { type Demo, describeDemo, NOW } from '../support/demo.js'
import { runProgram } from '../support/program.js'

/** What generators need is installed apart (`npm ci --prefix test/clients/generated`): it wants another TypeScript. */
const HERE = join(import.meta.dirname, 'generated')
const BOTS = join(HERE, 'bots')
const [TSC, OPENAPI_TYPESCRIPT, HEY_API] = [
  'typescript/bin/tsc',
  'openapi-typescript/bin/cli.js',
  '@hey-api/openapi-ts/bin/run.js',
].map((path) => join(HERE, 'node_modules', path)) as [string, string, string]

/** A token that may post checks and nothing else. */
async function botToken({ db }: Demo): Promise<string> {
  const time = NOW.toISOString().slice(0, 19)
  const actor = { id: null, name: 'root', way: 'command line', time } as const
  const bot = { username: 'bot', ...(await addChecker(db, actor, { id: 1 }, { bot: 'bot' })) }
  const limits = { projects: [1], contexts: ['generated*'], expires: null }
  return (await createToken(db, actor, bot, { name: 'ci', scopes: ['checks'], ...limits })).secret
}

/** A folder with the bots, where generated code finds what it imports. */
function folderWithBots(): string {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-generated-'))
  for (const name of readdirSync(BOTS)) copyFileSync(join(BOTS, name), join(folder, name))
  copyFileSync(join(HERE, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  symlinkSync(join(HERE, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

/** What each bot has done: a check on each of three patches, of which it heard, and a question that it got wrong. */
const job = (context: string) => ({
  names: expect.arrayContaining(['[2/3] lamp: fade instead of jumping']),
  checks: 3,
  contexts: expect.arrayContaining([context, context, context]),
  refused: [400, ['state']],
})

/** What the document does not have, and what it has instead. */
const MISTAKES = [
  ["state: 'success'", "state: 'great'"],
  ["category: 'check-created'", "category: 'bogus'"],
  ['names.push(patch.name)', 'names.push(patch.nom)'],
] as const

/** The bot in which something is replaced by a mistake. */
const fileOf = (right: string) => `wrong-${MISTAKES.findIndex(([each]) => each === right)}.ts`

/** What the compiler says of a bot with each of the mistakes; all at once, for most of what it does is the same for all. */
async function compileMistakes(folder: string): Promise<string> {
  const bot = readFileSync(join(BOTS, 'openapi-fetch.ts'), 'utf8')
  for (const [right, wrong] of MISTAKES) {
    expect(bot).toContain(right)
    writeFileSync(join(folder, fileOf(right)), bot.replace(right, wrong))
  }
  const options = ['--noEmit', '--module', 'nodenext', '--lib', 'es2023,dom', '--strict', '--skipLibCheck']
  const files = MISTAKES.map(([right]) => fileOf(right))
  const args = [TSC, ...options, '--types', 'node', '--target', 'es2023', ...files]
  const { code, stdout } = await runProgram(folder, process.execPath, args)
  expect(code).toBe(2)
  return stdout
}

describeDemo('clients that are generated from the document', (demo) => {
  let [folder, TOKEN, errors] = ['', '', '']

  /** Runs a script with the Node.js of the tests; fails with what it says. */
  const node = async (...args: string[]) => {
    const environment = { SERVER: demo.server, TOKEN }
    const { code, stdout, stderr } = await runProgram(folder, process.execPath, args, environment)
    expect(code, stdout + stderr).toBe(0)
    return stdout
  }

  beforeAll(async () => {
    TOKEN = await botToken(demo)
    folder = folderWithBots()
    const document = `${demo.server}/api/1.4/schema.json`
    await node(OPENAPI_TYPESCRIPT, document, '-o', 'schema.d.ts')
    await node(HEY_API, '--no-log-file', '-i', document, '-o', 'hey-api', '-c', '@hey-api/client-fetch')
    await node(TSC, '-p', '.')
    errors = await compileMistakes(folder)
  })

  it.each([
    ['openapi-fetch', 'generated-fetch'],
    ['hey-api', 'generated-hey'],
  ])('do the job of a bot: %s', async (name, context) => {
    expect(JSON.parse(await node(join('out', `${name}.js`)))).toEqual(job(context))
  })

  it('do the job of a bot: Python, which holds each answer against the document', async () => {
    const environment = { SERVER: demo.server, TOKEN }
    const { stdout, stderr } = await runProgram(folder, 'python3', ['python.py'], environment)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual(job('generated-python'))
  })

  it.each(MISTAKES)('do not compile with what the document does not have: %s as %s', (right) => {
    expect(errors).toMatch(new RegExp(`^${fileOf(right)}\\(\\d+,\\d+\\): error`, 'm'))
  })
})
