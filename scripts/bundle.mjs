// Makes a few files of the program: finding and reading some hundred modules, most of them of its query builder,
// takes longer than most of its commands, and their memory stays taken.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { build } from 'rolldown'

const dist = resolve(import.meta.dirname, '..', 'dist')

/** What only some databases need is not bundled. */
const NEVER = /^pg$/

/** Nor is what reads another mailbox or moves over from another database, into the program. */
const SELDOM = /^(?:pg|mysql2|imapflow)(?:\/|$)/

/**
 * The addon of better-sqlite3 stays in its package, beside our dependencies or beside us; what loads it becomes part of our
 * bundles. `require.resolve` finds it anywhere, but takes two milliseconds.
 */
const ADDON_LOADER = /\/better-sqlite3\/lib\/binding\.js$/
const PACKAGE_FOLDER = `
const PACKAGE = ['../../node_modules', '../../..']
  .map((folder) => path.join(__dirname, folder, 'better-sqlite3'))
  .find((folder) => fs.existsSync(folder)) ?? path.dirname(require.resolve('better-sqlite3/package.json'))
`

const addonInPlace = {
  name: 'addon-in-place',
  transform: { filter: { id: ADDON_LOADER }, handler: (code) => ({ code: loadInPlace(code), map: null }) },
}

/**
 * better-sqlite3 compiles a function for the rows of each statement, unless a column is called `__proto__`. For the few rows
 * that one mail needs, that takes longer than all else that is done with them.
 */
const rowsUncompiled = {
  name: 'rows-uncompiled',
  transform: {
    filter: { id: /\/better-sqlite3\/lib\/database\.js$/ },
    handler: (code) => ({
      code: replaced(code, "if (!keys.includes('__proto__'))", 'if (false)'),
      map: null,
    }),
  },
}

/** An export as the bundler writes it, and declarations in a bundle. */
const GETTER =
  /Object\.defineProperty\(exports,("[^"]+"),\{enumerable:true,get:function\(\)\{return ([\w$]+)\}\}\)/g
const CONSTANT = /\b(?:function[ *]|class |const |var (?=[\w$]+=class\b))([\w$]+)/g
const VARIABLE = /\b(?:let|var) ([\w$]+)(?!=class\b|[\w$])/g

function loadInPlace(code) {
  const start = 'let DEFAULT_ADDON;'
  const located = replaced(code, start, start + PACKAGE_FOLDER)
  return replaced(located, "path.join(__dirname, '..'", 'path.join(PACKAGE')
}

function replaced(code, text, by) {
  if (!code.includes(text)) throw new Error(`better-sqlite3 has no '${text}' any more.`)
  return code.replaceAll(text, () => by)
}

/** Threads, which are started by the file names of their modules. */
const THREADS = [
  join(dist, 'receive', 'archive', 'import-worker.js'),
  join(dist, 'receive', 'journal', 'mail-worker.js'),
  join(dist, 'range-diff', 'range-diff-worker.js'),
  join(dist, 'outbox', 'webhooks', 'send-worker.js'),
]

/**
 * The program and its threads are in several pieces, so that what only some commands need is not loaded by others, and
 * threads share what they have in common with the program.
 */
for (const file of await bundle({
  input: entries([join(dist, 'cli', 'main.js'), ...THREADS]),
  external: SELDOM,
}))
  prepareToCompile(file)

// A thread is started by the name of its module; beside the bundles, that is a script which loads its bundle as compiled.
writeFileSync(join(dist, 'bundle', 'package.json'), '{ "type": "commonjs" }\n')
for (const file of THREADS)
  writeFileSync(
    join(dist, 'bundle', basename(file)),
    `require('../../bin/compiled.cjs').loadProgram(__filename.replace(/js$/, 'cjs'))\n`,
  )

/**
 * The mail pipe is started once for each mail: what hands it to a server, and what takes it where there is none, are in
 * one piece each, in the format that loads fastest.
 */
for (const name of ['pipe', 'pipe-direct']) {
  const input = { [name]: join(dist, 'cli', `${name}.js`) }
  const pipe = { codeSplitting: false, plugins: [rowsUncompiled] }
  for (const file of await bundle({ input, external: NEVER, ...pipe })) prepareToCompile(file)
}

function prepareToCompile(file) {
  writeFileSync(file, toAscii(withPlainExports(readFileSync(file, 'utf8'))))
  // What was compiled of another one might be taken for what belongs to it.
  rmSync(`${file}.compiled`, { force: true })
}

/**
 * Makes plain properties of exports that the bundler made getters, where their values never change: until V8 optimizes a
 * caller, each call of a function in another bundle would be two calls, which is a tenth of the work of an import.
 */
function withPlainExports(code) {
  const constants = declared(code, CONSTANT).difference(declared(code, VARIABLE))
  return code.replace(GETTER, (getter, key, name) =>
    constants.has(name) ? `exports[${key}]=${name}` : getter,
  )
}

function declared(code, pattern) {
  return new Set(Array.from(code.matchAll(pattern), ([, name]) => name))
}

/** Escapes all other characters: a text of bytes is read in a third of the time, and takes half the memory. */
function toAscii(code) {
  return code.replace(/[^\0-\x7f]/g, escaped)
}

function escaped(character) {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Each is called as its module is. */
function entries(files) {
  return Object.fromEntries(files.map((file) => [basename(file, '.js'), file]))
}

/** Makes bundles; returns their files. */
async function bundle({ input, external, codeSplitting = true, plugins = [] }) {
  const { output } = await build({
    input,
    platform: 'node',
    external,
    plugins: [addonInPlace, ...plugins],
    output: {
      dir: join(dist, 'bundle'),
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
      // What a script imports, Node.js loads by an experimental way, and says so.
      dynamicImportInCjs: false,
      sourcemap: true,
      // Names stay, for the traces of errors.
      minify: { mangle: false, compress: false, codegen: true },
      codeSplitting,
    },
    logLevel: 'warn',
  })
  return output.filter(({ type }) => type === 'chunk').map(({ fileName }) => join(dist, 'bundle', fileName))
}
