import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

/**
 * Holds every import of `src/` against the table of rooms in docs/architecture.md, which is an allow-list: what it
 * does not name is not allowed.
 */

const ROOT = join(import.meta.dirname, '..')

interface Import {
  readonly target: string
  /** Whether it brings types alone, which the compiled program does not have. */
  readonly isType: boolean
}

interface Room {
  readonly path: string
  readonly values: readonly string[]
  readonly types: readonly string[]
  readonly isOpen: boolean
}

const files = sourceFiles()
const imports = new Map(files.map((file) => [file, importsOf(file)]))
const rooms = readRooms(readFileSync(join(ROOT, 'docs', 'architecture.md'), 'utf8'))

describe('the rooms', () => {
  it('are all in the table, and the table has no others', () => {
    expect(files.filter((file) => roomOf(file) === undefined)).toEqual([])
    expect(rooms.filter((room) => !files.some((file) => roomOf(file) === room))).toEqual([])
  })

  it('import what the table allows', () => {
    const wrong = [...imports].flatMap(([file, list]) =>
      list.filter((each) => !isAllowed(file, each)).map(({ target }) => `${file} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  it('have no cycles of files', () => {
    expect(findCycle()).toEqual([])
  })

  it('leave SQL to domain/ and db/', () => {
    const others = files.filter((file) => !/^(?:domain|db|import-patchwork)\//.test(file))
    expect(others.filter((file) => hasSql(readFileSync(join(ROOT, 'src', file), 'utf8')))).toEqual([])
  })

  it('keep nothing in memory beside the context but what the list names', () => {
    const found = files
      .filter((file) => !file.startsWith('web/client/'))
      .flatMap((file) =>
        stateOf(readFileSync(join(ROOT, 'src', file), 'utf8')).map((name) => `${file} ${name}`),
      )
    expect(found.toSorted()).toEqual(Object.keys(MODULE_STATE).toSorted())
  })

  it('leave only the entry in src/ itself', () => {
    expect(files.filter((file) => !file.includes('/'))).toEqual(['app.ts'])
  })
})

/** What modules may keep in memory beside the context, and why. */
const MODULE_STATE: Readonly<Record<string, string>> = {
  'server/header-names.ts spelled': 'each name of a header always has the same spelling',
  'server/compress.ts running': 'the threads that compress belong to the process',
  'util/process.ts running': 'other programs end with the process, whatever started them',
  'receive/journal/mail-reader.ts shared': 'its thread starts with the first mail and keeps no process alive',
  'outbox/webhooks/send-worker.ts stopping': 'the module is a thread of its own; what it keeps is under way',
  'receive/archive/import-worker.ts isRoom': 'the module is a thread of its own, for one import',
  'mail/trailers.ts patterns': 'a pattern always compiles to the same',
  'mail/glob.ts compiled': 'a pattern always compiles to the same',
  'mail/charset.ts decoders': 'a charset always has the same decoder',
  'mail/charset-sets.ts built': 'a charset always has the same characters',
  'db/built-statements.ts builtStatements': 'the queries of a bundle, in the order in which it makes them',
  'db/dialect/sqlite.ts scans': 'one queue for the thread, which all databases of the process share',
  'db/dialect/word-lists.ts wordLists':
    'a function of SQLite, which all databases have, finds its lists by number; the oldest are forgotten',
  'db/prepared.ts placeholders': 'keeps nothing',
  'domain/mails/awaited.ts awaited': 'what it keeps belongs to a transaction and goes with it',
  'domain/mails/known-mails.ts knownMails': 'what it keeps belongs to a transaction and goes with it',
  'domain/people/queries.ts peopleByEmail': 'what it keeps belongs to a transaction and goes with it',
  'receive/archive/import-worker.ts batches': 'the module is a thread of its own, for one import',
  'server/compress.ts waiting': 'the threads that compress belong to the process',
  'db/transaction-connection.ts connections': 'those of open transactions, which end with them',
  'db/given-ids.ts lastIds': 'belongs to a transaction and goes with it',
  'db/transaction.ts finishing': 'belongs to a transaction and goes with it',
  'db/transaction.ts waiting': 'belongs to a connection and goes with it',
  'db/later.ts waitingOn': 'belongs to a connection and goes with it',
  'db/pipeline.ts pipelines': 'belongs to a connection and goes with it',
  'db/pipeline.ts runBefore': 'belongs to a connection and goes with it',
  'db/later.ts inserts': 'a statement is always prepared as the same',
  'api/resources/event-encoding.ts batches': 'belongs to a batch of events and goes with it',
  'api/resources/event-follower.ts catchUps': 'a limit of the process, whose streams share its thread',
  'db/slow-totals.ts totalsOf': 'belongs to a database and goes with it',
  'api/framework/listing.ts listingsAt': 'a version of a list always has the same parameters',
  'db/row-cache.ts caches': 'belongs to a database and goes with it',
  'db/origin.ts ours': 'marks errors, and goes with them',
}

describe('the check itself', () => {
  const table = '| `a` | `b`, `c/d` (types) |\n| `a/x` | – |\n| `b` | everything |\n'
  const small = readRooms(table)

  it('reads a table', () => {
    expect(small).toEqual([
      { path: 'a', values: ['b'], types: ['c/d'], isOpen: false },
      { path: 'a/x', values: [], types: [], isOpen: false },
      { path: 'b', values: [], types: [], isOpen: true },
    ])
  })

  it.each([
    ['a/one.ts', { target: 'b/two.ts', isType: false }, true],
    ['a/one.ts', { target: 'bb/two.ts', isType: false }, false],
    ['a/one.ts', { target: 'c/d.ts', isType: true }, true],
    ['a/one.ts', { target: 'c/d.ts', isType: false }, false],
    ['a/one.ts', { target: 'c/e.ts', isType: true }, false],
    ['a/one.ts', { target: 'a/x/three.ts', isType: false }, true],
    ['a/x/three.ts', { target: 'a/one.ts', isType: false }, false],
    ['b/two.ts', { target: 'a/one.ts', isType: false }, true],
  ])('of %s importing %o says %s', (file, each, allowed) => {
    expect(isAllowed(file, each, small)).toBe(allowed)
  })

  it.each([
    [`import { sql } from 'kysely'`, true],
    [`import {\n  type RawBuilder,\n  sql as raw,\n} from "kysely"`, true],
    [`import * as kysely from 'kysely'`, true],
    [`const { sql } = await import('kysely')`, true],
    [`import type { Selectable } from 'kysely'`, false],
    [`import { type Selectable, type Insertable } from 'kysely'`, false],
    [`db.selectFrom('patches')`, true],
    [`await db\n  .deleteFrom (table)`, true],
    [`eb => eb.insertInto('a')`, true],
    [`db?.updateTable('a')`, true],
    [`db.schema.dropTable('a')`, true],
    [`order: { project: '(select link_name from projects where projects.id = project_id)' }`, true],
    ['`coalesce((SELECT name\nFROM users), 1)`', true],
    [`'Those that you select come from one project.'`, false],
    [`const url = URL.canParse(sql)`, false],
  ])('of SQL finds %j: %s', (text, expected) => expect(hasSql(text)).toBe(expected))

  it.each([
    ['let running = 0', ['running']],
    ['export let running: number | undefined', ['running']],
    ['var running', ['running']],
    ['const kept = new Map<string, number>()', ['kept']],
    ['export const kept: Map<string, () => void> = new Map()', ['kept']],
    ['const kept =\n  new WeakMap<object, Map<number, string>>()', ['kept']],
    ['const kept: string[] = []', ['kept']],
    ['const kept: Record<string, number> = {}', ['kept']],
    ['const shared = new MailReader()', ['shared']],
    ["const NAMES = new Set(['a', 'b'])", []],
    ['const NAMES: ReadonlyMap<string, number> = new Map()', []],
    ['const NONE: Sizes = new Map()', []],
    ['function f() {\n  let running = 0\n  const kept = new Map()\n}', []],
    ['const text = `\nlet us begin\n`', []],
    ['const encoder = new TextEncoder()', []],
  ])('of state finds in %j: %j', (text, names) => expect(stateOf(text)).toEqual(names))

  it('tells imports of types from those of values', () => {
    const text = `import type { A } from './a.js'
import { type B, type C } from './b.js'
import { type D, e } from './d.js'
import {
  type F,
} from './f.js'
export * from './g.js'
const h = await import('./h.js')
new URL('./i.js', import.meta.url)
// import { no } from './no.js'
import './j.js'`
    expect(specifiersOf(text)).toEqual([
      ['./a.js', true],
      ['./b.js', true],
      ['./d.js', false],
      ['./f.js', true],
      ['./g.js', false],
      ['./h.js', false],
      ['./i.js', false],
      ['./j.js', false],
    ])
  })
})

/** Rows such as `| `room` | `other`, `third/file` (types) |`; "everything" allows all, "–" nothing. */
function readRooms(text: string): Room[] {
  return [...text.matchAll(/^\| `([\w/-]+)` \| (.*) \|$/gm)]
    .filter(([, , allowed = '']) => /^(?:–|everything$|`[\w/-]+`(?: \(types\))?(?:, |$))/.test(allowed))
    .map(([, path = '', allowed = '']) => {
      const named = [...allowed.matchAll(/`([\w/-]+)`( \(types\))?/g)]
      return {
        path,
        values: named.filter(([, , only]) => only === undefined).map(([, name = '']) => name),
        types: named.filter(([, , only]) => only !== undefined).map(([, name = '']) => name),
        isOpen: allowed === 'everything',
      }
    })
}

/** The room of a file: the longest path of the table that leads to it. */
function roomOf(file: string, table = rooms): Room | undefined {
  return table
    .filter(({ path }) => isWithin(file, path))
    .toSorted((one, other) => other.path.length - one.path.length)[0]
}

function isWithin(file: string, path: string): boolean {
  return file.startsWith(`${path}/`) || file.replace(/\.tsx?$/, '') === path
}

function isAllowed(file: string, { target, isType }: Import, table = rooms): boolean {
  const room = roomOf(file, table)
  if (room === undefined) return false
  const allowed = [room.path, ...room.values, ...(isType ? room.types : [])]
  return room.isOpen || allowed.some((path) => isWithin(target, path))
}

function sourceFiles(): string[] {
  const all = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  // Scripts that browsers load are a program of their own.
  return all.filter((file) => /\.tsx?$/.test(file) && !file.startsWith('web/client/')).toSorted()
}

function importsOf(file: string): Import[] {
  const known = new Set(files)
  return specifiersOf(readFileSync(join(ROOT, 'src', file), 'utf8')).flatMap(([specifier, isType]) => {
    const path = join(dirname(file), specifier).replace(/\.js$/, '')
    const target = [`${path}.ts`, `${path}.tsx`].find((each) => known.has(each))
    return target === undefined ? [] : [{ target: relative('.', target), isType }]
  })
}

/** Whether a module builds queries: by values of the query builder, by its methods, or as text. */
function hasSql(text: string): boolean {
  const fromKysely = [...text.matchAll(/^import\b([^'"`;]*?)\bfrom\s*['"]kysely['"]/gm)]
  return (
    fromKysely.some(([, names = '']) => !bringsTypes(names)) ||
    /\bimport\(\s*['"]kysely['"]/.test(text) ||
    /\.\s*(?:selectFrom|selectNoFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\s*[(<]/.test(
      text,
    ) ||
    /\.schema\s*\??\.\s*(?:create|alter|drop)/.test(text) ||
    /['"`(]\s*select\s[^'"`]*\sfrom\s/i.test(text)
  )
}

/** Whether the names between `import` and `from` are types alone. */
function bringsTypes(names: string): boolean {
  const within = /\{([^}]*)\}/
    .exec(names)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '')
  return names.trim().startsWith('type ') || within?.every((name) => name.trim().startsWith('type ')) === true
}

/** What a module names of others, and whether it takes types alone. */
function specifiersOf(text: string): [string, boolean][] {
  const statements =
    /^(?:import|export)\b(?<names>[^'"`;=()]*?)(?:\bfrom )?'(?<from>\.[^']+)'|\bimport\('(?<late>\.[^']+)'|new URL\('(?<url>\.[^']+)', import/gm
  return [...text.matchAll(statements)].map(({ groups = {} }) => {
    const isType = bringsTypes(groups.names ?? '')
    return [groups.from ?? groups.late ?? groups.url ?? '', isType]
  })
}

/** The files of one cycle of imports that stay in the program; none if there is no cycle. */
function findCycle(): string[] {
  const done = new Set<string>()
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    for (const { target, isType } of imports.get(file) ?? []) {
      const cycle = isType ? [] : visit(target, [...path, file])
      if (cycle.length > 0) return cycle
    }
    done.add(file)
    return []
  }
  for (const file of files) {
    const cycle = visit(file, [])
    if (cycle.length > 0) return cycle
  }
  return []
}

/** Objects that keep nothing of one use for the next. */
const STATELESS = /^(?:Text(?:En|De)coder|RegExp|URL|Intl|Error|Date)\b/

/**
 * Names of what a module can change in memory: variables, collections that start empty, and objects of classes. Data is
 * written with its first values, in capitals, or with a readonly type.
 */
function stateOf(text: string): string[] {
  const code = text.replaceAll(/`(?:\\.|[^`\\])*`/g, '``')
  const found = [
    ...code.matchAll(/^(?:export )?(let|var|const) (\w+)(?:: ([^=]+(?:=>[^=]+)*))?(?: =\s+(.*))?$/gm),
  ]
  return found
    .filter(([, kind, name = '', type = '', value = '']) => {
      if (kind !== 'const') return true
      if (/^[A-Z][A-Z\d_]*$/.test(name) || /^(?:Readonly|readonly )/.test(type)) return false
      if (/^(?:\[\]|\{\})$/.test(value) || /^new (?:Weak)?(?:Map|Set)\b.*\(\)$/.test(value)) return true
      const [, made] = /^new (\w.*)$/.exec(value) ?? []
      return made !== undefined && !/^(?:Weak)?(?:Map|Set)\b/.test(made) && !STATELESS.test(made)
    })
    .map(([, , name = '']) => name)
}
