import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const SCRIPT = `
  const { stopSignal } = await import(${JSON.stringify(join(root, 'src/cli/stop.js'))})
  const { runProcess } = await import(${JSON.stringify(join(root, 'src/util/process.js'))})
  const stopped = stopSignal()
  void runProcess('sh', ['-c', 'trap "" TERM; sleep 3600; sleep 3600'], { timeout: 3_600_000 })
  console.log('started')
  await stopped
  console.log('stopping')
  setInterval(() => {}, 1000)
  await new Promise(() => {})
`

/** A server that hangs when it is told to stop. */
function start(environment: NodeJS.ProcessEnv = {}) {
  const hooks = join(root, 'test/support/sources.mjs')
  const args = ['--import', hooks, '--input-type=module', '--eval', SCRIPT]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  const said = (word: string) =>
    new Promise<void>((hear, fail) => {
      child.stdout.on('data', (text) => String(text).includes(word) && hear())
      child.once('exit', (code) => fail(new Error(`It ended with ${code} before it said '${word}'.`)))
    })
  return { child, said }
}

it('a process that hangs is ended after a while', async () => {
  const { child, said } = start({ PATCHWORK_SHUTDOWN_TIMEOUT: '1' })
  await said('started')
  child.kill('SIGTERM')
  const [code] = (await once(child, 'exit')) as [number]
  expect(code).toBe(1)
})

it('a process that hangs is ended at once when it is asked again', async () => {
  const { child, said } = start()
  const stopping = said('stopping')
  await said('started')
  child.kill('SIGTERM')
  await stopping
  let late = ''
  child.stderr.on('data', (text) => (late += String(text)))
  child.kill('SIGINT')
  const [code] = (await once(child, 'exit')) as [number]
  expect([code, late]).toEqual([1, ''])
})
