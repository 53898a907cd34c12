// Makes one file of what `parsemail` needs: finding and reading some hundred modules takes most of its time.
import { join, resolve } from 'node:path'
import { build } from 'rolldown'

const dist = resolve(import.meta.dirname, '..', 'dist')

await build({
  input: join(dist, 'cli', 'pipe.js'),
  platform: 'node',
  // What is native, and what only some databases need, is loaded from where it is.
  external: [/^better-sqlite3/, /^pg$/],
  output: { file: join(dist, 'pipe.js'), format: 'esm', codeSplitting: false, sourcemap: true },
  logLevel: 'warn',
})
