// Makes a few files of the program: finding and reading some hundred modules, most of them of its query builder,
// takes longer than most of its commands, and their memory stays taken.
import { basename, join, resolve } from 'node:path'
import { build } from 'rolldown'

const dist = resolve(import.meta.dirname, '..', 'dist')

/** Packages that become part of the program; all others are loaded from where they are, where they are needed. */
const INCLUDED = new Set(['kysely', 'commander'])

/** Native modules, and those that only some databases need, are not bundled. */
const NEVER = /^(?:better-sqlite3|pg)$/

await bundle({
  input: entries([
    join(dist, 'cli', 'main.js'),
    join(dist, 'receive', 'archive', 'import-worker.js'),
    join(dist, 'receive', 'journal', 'mail-worker.js'),
    join(dist, 'range-diff', 'range-diff-worker.js'),
  ]),
  external: (id, _, isResolved) => !isResolved && isPackage(id) && !INCLUDED.has(id),
})

/** The mail pipe is started once for each mail: it is in one piece, with all that it needs. */
await bundle({ input: { pipe: join(dist, 'cli', 'pipe.js') }, external: NEVER, codeSplitting: false })

/** Each is called as its module is: a thread is started by the file name of its own. */
function entries(files) {
  return Object.fromEntries(files.map((file) => [basename(file, '.js'), file]))
}

async function bundle({ input, external, codeSplitting = true }) {
  await build({
    input,
    platform: 'node',
    external,
    output: { dir: join(dist, 'bundle'), format: 'esm', sourcemap: true, codeSplitting },
    logLevel: 'warn',
  })
}

function isPackage(id) {
  return !id.startsWith('.') && !id.startsWith('/')
}
