// Makes a few files of the program: finding and reading some hundred modules, most of them of its query builder,
// takes longer than most of its commands, and their memory stays taken.
import { join, resolve } from 'node:path'
import { build } from 'rolldown'

const dist = resolve(import.meta.dirname, '..', 'dist')

/** Packages that become part of it; all others are loaded from where they are, and only when they are needed. */
const INCLUDED = new Set(['kysely', 'commander'])

/** The mail pipe is started once for each mail: it is in one piece. */
await bundle({ pipe: join(dist, 'cli', 'pipe.js') }, { codeSplitting: false })
await bundle({
  main: join(dist, 'cli', 'main.js'),
  'archive-worker': join(dist, 'intake', 'archive-worker.js'),
})

/** One folder deep, as what they are made of is: both find `docs` and `dist/static` in the same way. */
async function bundle(input, output = {}) {
  await build({
    input,
    platform: 'node',
    external: (id, _, isResolved) => !isResolved && isPackage(id) && !INCLUDED.has(id),
    output: { dir: join(dist, 'bundle'), format: 'esm', sourcemap: true, ...output },
    logLevel: 'warn',
  })
}

function isPackage(id) {
  return !id.startsWith('.') && !id.startsWith('/')
}
