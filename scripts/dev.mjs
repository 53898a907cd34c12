// For working on Patchwork: compiles what changes, and starts the server anew each time, on the demo's data. The data stay
// in data/dev.db; remove that file to begin again. Options are those of `patchwork demo`, such as `--port`.
import { spawn } from 'node:child_process'
import { mkdirSync, watch } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
const options = process.argv.slice(2)
mkdirSync(join(root, 'data'), { recursive: true })

let server
let pending = Promise.resolve()

copyAssets()
watch(join(root, 'src', 'web', 'static'), { recursive: true }, copyAssets)
// Incremental builds, so that only the first start compiles everything.
const cache = (name) => ['--incremental', '--tsBuildInfoFile', join(root, 'dist', `.${name}.tsbuildinfo`)]
compile(['-p', join(root, 'src', 'web', 'client'), ...cache('client')], () => {})
compile(['-p', join(root, 'tsconfig.build.json'), ...cache('server')], () => {
  pending = pending.then(restart)
})

/** Compiles whenever a source changes, and calls `done` after each time without errors. */
function compile(args, done) {
  const compiler = spawn(join(bin, 'tsc'), [...args, '--watch', '--preserveWatchOutput'], { cwd: root })
  let rest = ''
  compiler.stdout.on('data', (data) => {
    const lines = (rest + data).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (/Found 0 errors/.test(line)) done()
      else if (line.trim() !== '' && !/ - (?:Starting|File change)/.test(line)) console.log(line)
    }
  })
  process.on('exit', () => compiler.kill())
}

function copyAssets() {
  spawn(process.execPath, [join(root, 'scripts', 'static.mjs')], { cwd: root, stdio: 'inherit' })
}

/** Ends the server that runs, if one does, and starts the new one. */
async function restart() {
  if (server !== undefined && server.exitCode === null) {
    const ended = new Promise((resolveEnd) => server.once('exit', resolveEnd))
    server.kill('SIGTERM')
    await ended
  }
  const program = join(root, 'scripts', 'run-unbundled.mjs')
  const database = join(root, 'data', 'dev.db')
  server = spawn(process.execPath, [program, 'demo', '--database', database, ...options], {
    cwd: root,
    stdio: 'inherit',
  })
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    server?.kill('SIGTERM')
    process.exit(0)
  })
