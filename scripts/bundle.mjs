// Makes a few files of the program: finding and reading some hundred modules, most of them of its query builder,
// takes longer than most of its commands, and their memory stays taken.
import { basename, join, resolve } from 'node:path'
import { build } from 'rolldown'

const dist = resolve(import.meta.dirname, '..', 'dist')

/** Packages that become part of the program; all others are loaded from where they are, where they are needed. */
const INCLUDED = new Set(['kysely', 'kysely/migration', 'commander'])

/** Native modules, and those that only some databases need, are not bundled. */
const NEVER = /^(?:better-sqlite3|pg)$/

await bundle({
  input: entries([
    join(dist, 'cli', 'main.js'),
    join(dist, 'receive', 'archive', 'import-worker.js'),
    join(dist, 'receive', 'journal', 'mail-worker.js'),
    join(dist, 'range-diff', 'range-diff-worker.js'),
    join(dist, 'outbox', 'webhooks', 'send-worker.js'),
  ]),
  external: (id, _, isResolved) => !isResolved && isPackage(id) && !INCLUDED.has(id),
})

/**
 * The mail pipe is started once for each mail: what hands it to a server, and what takes it where there is none, are in
 * one piece each, in the format that loads fastest.
 */
for (const name of ['pipe', 'pipe-direct']) {
  const input = { [name]: join(dist, 'cli', `${name}.js`) }
  await bundle({ input, external: NEVER, codeSplitting: false, format: 'cjs' })
}

/** Each is called as its module is: a thread is started by the file name of its own. */
function entries(files) {
  return Object.fromEntries(files.map((file) => [basename(file, '.js'), file]))
}

async function bundle({ input, external, codeSplitting = true, format = 'esm' }) {
  await build({
    input,
    platform: 'node',
    external,
    output: {
      dir: join(dist, 'bundle'),
      format,
      entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js',
      sourcemap: true,
      // Names stay, for the traces of errors.
      minify: format === 'cjs' && { mangle: false, compress: false, codegen: true },
      codeSplitting,
    },
    logLevel: 'warn',
  })
}

function isPackage(id) {
  return !id.startsWith('.') && !id.startsWith('/')
}
