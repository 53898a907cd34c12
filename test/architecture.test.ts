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

  it('leave only the entry in src/ itself', () => {
    expect(files.filter((file) => !file.includes('/'))).toEqual(['app.ts'])
  })
})

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
