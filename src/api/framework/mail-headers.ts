import { type HeaderField, headerFields } from '../../mail/headers.js'

/** A name in more spellings than that appears once, in its first: each spelling repeats the values of all. */
const MAX_SPELLINGS = 4

/** Characters of all headers together. */
const MAX_HEADERS = 1_000_000

/** Says that headers were cut. */
const CUT_MARK = 'X-Patchwork-Headers-Cut'

interface Name {
  readonly values: string[]
  readonly spellings: Set<string>
  /** Characters of all values. */
  size: number
}

type HeadersObject = Record<string, string | string[]>

/**
 * Header names as they were written, each with its value or, if it is there more than once, all of them. Names that
 * differ only in case each have the values of all. Of headers beyond `MAX_HEADERS` the rest is left out, and marked.
 */
export function headersObject(text: string): HeadersObject {
  const fields = headerFields(text)
  // However names are spelled, so much fits into the budget.
  const fits = text.length * MAX_SPELLINGS <= MAX_HEADERS
  return (fits && singleSpellings(fields)) || inOrderOfFields(fields, byName(fields))
}

/** Headers that fit and spell each name in one way, as nearly all do; undefined for others. */
function singleSpellings(fields: readonly HeaderField[]): HeadersObject | undefined {
  const shown = new Map<string, string | string[]>()
  const names = new Set<string>()
  for (const [name, value] of fields) {
    const known = shown.get(name)
    if (known === undefined) {
      shown.set(name, value)
      names.add(name.toLowerCase())
    } else if (typeof known === 'string') shown.set(name, [known, value])
    else known.push(value)
  }
  return names.size === shown.size ? Object.fromEntries(shown) : undefined
}

function byName(fields: readonly HeaderField[]): Map<string, Name> {
  const names = new Map<string, Name>()
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    let known = names.get(key)
    if (!known) names.set(key, (known = { values: [], spellings: new Set(), size: 0 }))
    known.values.push(value)
    // One more than is shown is enough.
    if (known.spellings.size <= MAX_SPELLINGS) known.spellings.add(name)
    known.size += value.length
  }
  return names
}

function inOrderOfFields(fields: readonly HeaderField[], names: ReadonlyMap<string, Name>): HeadersObject {
  const shown = new Map<string, string | string[]>()
  const once = new Set<string>()
  let room = MAX_HEADERS
  for (const [name] of fields) {
    const key = name.toLowerCase()
    const { values, spellings, size } = names.get(key) as Name
    const isRepeated = spellings.size > MAX_SPELLINGS ? once.has(key) : shown.has(name)
    if (isRepeated) continue
    once.add(key)
    room -= name.length + size
    if (room < 0) {
      shown.set(name, fitting(values, room + size))
      shown.set(CUT_MARK, `Headers beyond ${MAX_HEADERS} characters are left out here; the mbox has them.`)
      break
    }
    shown.set(name, values.length === 1 ? (values[0] as string) : values)
  }
  return Object.fromEntries(shown)
}

/** The values that fit into the budget. */
function fitting(values: readonly string[], room: number): string | string[] {
  const fitted: string[] = []
  let left = Math.max(0, room)
  for (const value of values) {
    fitted.push(value.slice(0, left).toWellFormed())
    left -= value.length
    if (left <= 0) break
  }
  return fitted.length === 1 ? (fitted[0] as string) : fitted
}
