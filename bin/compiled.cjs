// Loads a bundle together with what V8 made of it when the bundle was built: compiling it takes longer than running it.
'use strict'
const { readFileSync, writeFileSync, rmSync } = require('node:fs')
const { createRequire } = require('node:module')
const path = require('node:path')
const { Script } = require('node:vm')

/** The exports of a CommonJS bundle. Compiled code of another Node.js, or none, only makes it slower. */
exports.load = (file) => run(prepare(file, readIfThere(`${file}.compiled`)), file, requireLate(file), clock)

/** Loads a bundle, has `use` run what is to be compiled with it, and writes its compiled code beside it. */
exports.compile = async (file, use) => {
  rmSync(`${file}.compiled`, { force: true })
  const script = prepare(file)
  await use(run(script, file, requireLate(file), clock))
  writeFileSync(`${file}.compiled`, script.createCachedData())
}

/** The exports of a program of several bundles, which require each other: each is loaded like one alone, when it is needed. */
exports.loadProgram = (file) => loadPart(new Map(), file, readIfThere)

/**
 * Has `use` run what is to be compiled of the bundles that it loads, and writes the compiled code of each, and of those that
 * they required, beside it.
 */
exports.compileProgram = async (use) => {
  const parts = new Map()
  await use((file) => loadPart(parts, file, () => undefined))
  for (const [name, { script }] of parts) writeFileSync(`${name}.compiled`, script.createCachedData())
}

/** Whether V8 takes the compiled code of a bundle. */
exports.isTaken = (file) => prepare(file, readFileSync(`${file}.compiled`)).cachedDataRejected === false

function loadPart(parts, file, readCompiled) {
  const known = parts.get(file)
  if (known) return known.module.exports
  const script = prepare(file, readCompiled(`${file}.compiled`))
  const module = { exports: {} }
  parts.set(file, { script, module })
  const requireOther = createRequire(file)
  const require = (name) =>
    PART.test(name) ? loadPart(parts, path.join(path.dirname(file), name), readCompiled) : requireOther(name)
  return run(script, file, Object.assign(require, requireOther), performance, module)
}

/** How bundles of a program require each other; packages are required by their names. */
const PART = /^\.\/[^/]+\.cjs$/

function prepare(file, cachedData) {
  const names = 'exports, require, module, __filename, __dirname, performance'
  const code = `(function (${names}) {${readFileSync(file, 'utf8')}\n})`
  return new Script(code, { filename: file, cachedData })
}

function run(script, file, require, clock, module = { exports: {} }) {
  script
    .runInThisContext()
    .call(module.exports, module.exports, require, module, file, path.dirname(file), clock)
  return module.exports
}

/** The `require` of a bundle. Modules of Node.js are loaded when they are first used: some take longer than a mail. */
function requireLate(file) {
  const requireNow = createRequire(file)
  const require = (name) => {
    if (name.startsWith('node:')) return late(() => requireNow(name))
    return name.endsWith('.node') ? addon(name) : requireNow(name)
  }
  return Object.assign(require, { resolve: requireNow.resolve })
}

/** An addon by its path, without a look at the packages around it. */
function addon(file) {
  const module = { exports: {} }
  process.dlopen(module, file)
  return module.exports
}

function late(load) {
  let module
  return new Proxy({}, { get: (_, name) => (module ??= load())[name] })
}

/** What is used of `performance`, which takes a millisecond to load. */
const clock = {
  now() {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1e3 + nanoseconds / 1e6
  },
}

function readIfThere(file) {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
