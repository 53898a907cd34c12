import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'

/** A copy of the program in a folder of its own, where things can be missing. */
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'patchwork-bin-'))
  mkdirSync(join(root, 'bin'))
  cpSync(resolve('bin'), join(root, 'bin'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true }))

/** Says that it is so old a Node.js, and runs it. */
function runAs(version: string, ...argv: string[]) {
  const pretend = `Object.defineProperty(process, 'version', { value: 'v${version}' })
    Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  writeFileSync(join(root, 'pretend.cjs'), pretend)
  return spawnSync(
    process.execPath,
    ['-r', join(root, 'pretend.cjs'), join(root, 'bin', 'patchwork'), ...argv],
    {
      encoding: 'utf8',
    },
  )
}

function installNode(): void {
  const folder = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin')
  mkdirSync(folder, { recursive: true })
  symlinkSync(process.execPath, join(folder, 'node'))
}

function build(file: string, code: string): void {
  mkdirSync(join(root, 'dist', 'bundle'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'dist', 'bundle', file), code)
}

it.each(['24.6.0', '20.20.2', '4.0.0'])(
  'finds the newer Node.js of the packages when %s starts it',
  (version) => {
    installNode()
    build('main.cjs', 'exports.run = async (argv) => { console.log(process.version, ...argv); return 3 }')
    const { status, stdout, stderr } = runAs(version, 'project', 'list')
    expect([status, stdout, stderr]).toEqual([3, `${process.version} project list\n`, ''])
  },
)

it('says which Node.js it needs where there is no newer one', () => {
  const { status, stdout, stderr } = runAs('20.20.2', 'serve')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toBe('patchwork: Node.js 24.7 or newer is needed; this is v20.20.2.\n')
})

it.each([
  ['is not built', () => {}, "It is not built; run 'npm run build'."],
  ['is half built', () => mkdirSync(join(root, 'dist')), "It is not built; run 'npm run build'."],
  [
    'lacks its packages',
    () => build('main.cjs', "require('nowhere')"),
    "It cannot be started: Cannot find module 'nowhere'",
  ],
])('says in one sentence that it %s', (_, prepare, sentence) => {
  prepare()
  const { status, stdout, stderr } = runAs('24.7.0', 'serve')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toContain(`patchwork: ${sentence}`)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

it('starts the mail pipe by itself, and the rest of the program only where it asks for it', () => {
  build('pipe.cjs', 'exports.run = async (argv, rest) => argv[1] === "x" ? 4 : await rest.run(argv)')
  build('main.cjs', 'exports.run = async (argv) => { console.log(...argv); return 5 }')
  expect(runAs('24.7.0', 'parsemail', 'x').status).toBe(4)
  const { status, stdout } = runAs('24.7.0', 'parsemail', '--help')
  expect([status, stdout]).toEqual([5, 'parsemail --help\n'])
})

it('runs the pipe with the code that was compiled for it, or without', () => {
  build('pipe.cjs', 'exports.run = async (_, rest) => await rest.takeDirectly(7)')
  build('pipe-direct.cjs', 'exports.takeDirectly = async (mail) => mail')
  expect(runAs('24.7.0', 'parsemail').status).toBe(7)
  build('pipe-direct.cjs.compiled', 'That is not what V8 makes.')
  expect(runAs('24.7.0', 'parsemail').status).toBe(7)
})

it('loads modules of Node.js once the pipe uses them', () => {
  const isLoaded = "process.moduleLoadList.includes('NativeModule net')"
  build(
    'pipe.cjs',
    `const net = require('node:net')
    exports.run = async () => Number(${isLoaded}) + 2 * (net.isIP('::1') === 6) + 4 * ${isLoaded}`,
  )
  expect(runAs('24.7.0', 'parsemail').status).toBe(2 + 4)
})

it('loads what other bundles a program requires, once and when it is needed', () => {
  build(
    'main.cjs',
    `exports.run = async () => {
      const other = require('./other.cjs')
      console.log(other === require('./other.cjs'), other.name(), other.again())
      return 6
    }
    exports.name = 'main'`,
  )
  build(
    'other.cjs',
    `console.log('loaded')
    exports.name = () => require('./main.cjs').name
    exports.again = () => require('node:path').basename(__filename)`,
  )
  build('other.cjs.compiled', 'That is not what V8 makes.')
  const { status, stdout } = runAs('24.7.0', 'serve')
  expect([status, stdout]).toEqual([6, 'loaded\ntrue main other.cjs\n'])
})

it('ends once the pipe is done, whatever is left open; the rest of the program ends by itself', () => {
  build(
    'pipe.cjs',
    'exports.run = async (argv, rest) => argv[1] === "x" ? (setTimeout(Object, 2e9), 4) : await rest.run(argv)',
  )
  build('main.cjs', 'exports.run = async () => { setTimeout(() => console.log("late"), 20); return 5 }')
  expect(runAs('24.7.0', 'parsemail', 'x').status).toBe(4)
  const { status, stdout } = runAs('24.7.0', 'parsemail')
  expect([status, stdout]).toEqual([5, 'late\n'])
})

it('has a clock for the pipe, in milliseconds', () => {
  const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)'
  build(
    'pipe.cjs',
    `exports.run = async () => {
      const [start, at] = [process.hrtime.bigint(), performance.now()]
      ${wait}
      const took = performance.now() - at
      return Number(took >= 20 && took * 1e6 <= Number(process.hrtime.bigint() - start))
    }`,
  )
  expect(runAs('24.7.0', 'parsemail').status).toBe(1)
})

it('has mail tried again later that comes while it is being replaced', () => {
  expect(runAs('24.7.0', 'parsemail').status).toBe(75)
  expect(runAs('20.20.2', 'parsemail').status).toBe(75)
})
