/** Declared dependencies of a series: `Depends-on:`, and b4's trailers below a diff. */

import { LIMITS } from './limits.js'
import { linesOf, strip } from './text.js'

/** What a mail declares of its series. */
export interface Declarations {
  dependsOn: string[]
  changeId: string | undefined
}

/** The dependencies and the change id that a text declares. */
export function declarations(text: string): Declarations {
  // Most mails have none of the keys: that is faster to see than to look at each line.
  const hasKey = FIRST_KEY.test(text) || LATER_KEY.test(text)
  return { dependsOn: hasKey ? dependencies(text) : [], changeId: hasKey ? changeId(text) : undefined }
}

/** A key at the start of a text, and on any other line: a pattern for both is several times as slow. */
const FIRST_KEY = /^(?:depends-on|prerequisite-(?:message|change)-id|change-id):/i
const LATER_KEY = /[\n\r\u2028\u2029](?:depends-on|prerequisite-(?:message|change)-id|change-id):/i

const DEPENDS_ON = /^(depends-on|prerequisite-message-id|prerequisite-change-id):/i

/** Delimits a code block. */
const FENCE = /^(?:```|~~~)/

/**
 * The targets of the `Depends-on:` lines of a text: message ids in brackets, URLs, `series-N` and `patch-N`;
 * and those of b4's trailers below a diff: message ids and change ids. Quoted or indented lines and code
 * blocks are ignored.
 */
function dependencies(content: string): string[] {
  const found = new Set<string>()
  let isCode = false
  let isFolding = false
  for (const line of linesOf(content)) {
    if (found.size >= LIMITS.dependencies) break
    if (FENCE.test(line)) isCode = !isCode
    const key = DEPENDS_ON.exec(line)?.[1]?.toLowerCase()
    // A value may be folded onto the lines below its key, as in git trailers.
    const isFold: boolean = isFolding && /^[ \t]+\S/.test(line)
    const value: string | undefined = isFold ? line : key && line.slice(key.length + 1)
    isFolding = isFold || key === 'depends-on'
    if (isCode || value === undefined) continue
    for (const target of targetsIn(strip(value), key)) if (found.size < LIMITS.dependencies) found.add(target)
  }
  return [...found]
}

const CHANGE_ID = /^change-id:\s*([\w.-]{1,200})\s*$/im

/** The change id that b4 assigns to all versions of a series. */
export function changeId(content: string): string | undefined {
  return CHANGE_ID.exec(content)?.[1]
}

function targetsIn(text: string, key: string | undefined): string[] {
  if (key !== 'prerequisite-change-id') return listTargets(text)
  return /^[\w.-]{1,200}(?::v\d{1,9})?$/i.test(text) ? [`change-id:${text}`] : []
}

/** Separators between targets, and a list mark, a footnote number or `message-id:` before one. */
const SEPARATOR = /^(?:[\s,;&]|[-*•]\s|and\b|\[\d{1,3}\]|message-id(?::|\s)|(?:mid|id):)+/i
const NUMBER = /^(series|patch)[-\s:]\s?#?(\d{1,9})\b(?![\w/-])/i
const MESSAGE_ID = /^<([^\s<>]{1,1000}@[^\s<>]{1,255})>/
const ADDRESS = /^[<(]?(https?:\/\/[^\s<>()]{1,2000})[>)]?/i
const BARE_ID = /^\(?([^\s<>@,;:()[\]"']{1,1000}@[^\s<>@,;()"']{1,255})(?:\)|(?=[\s,;]|$))/

/** The targets at the start of a value, up to the first other word. */
function listTargets(value: string): string[] {
  const targets: string[] = []
  for (let text = value; text !== '' && targets.length < LIMITS.dependencies; ) {
    text = text.slice(SEPARATOR.exec(text)?.[0].length ?? 0)
    const [whole, target] = targetAt(text)
    if (target === undefined) break
    targets.push(target)
    text = text.slice(whole.length)
  }
  const target = targets.length === 0 ? targetBehindTitle(value) : undefined
  return target === undefined ? targets : [target]
}

/**
 * A target behind the title of its series: `[PATCH 0/2] lamp: x <id>`, `"lamp: x" (https://example.org/r/id)`,
 * `[lamp: x](https://example.org/r/id)`.
 */
function targetBehindTitle(value: string): string | undefined {
  if (!/^["[]/.test(value)) return undefined
  const text = value.slice(Math.max(value.lastIndexOf(' '), value.lastIndexOf('](')) + 1)
  const [whole, target] = targetAt(text)
  return whole === text ? target : undefined
}

function targetAt(text: string): [string, string | undefined] {
  const [number, kind, digits] = NUMBER.exec(text) ?? []
  if (number) return [number, `${kind?.toLowerCase()}-${Number(digits)}`]
  const [words, address] = ADDRESS.exec(text) ?? []
  if (words) return [words, address?.replace(/[.,;:!]+$/, '')]
  const [id] = MESSAGE_ID.exec(text) ?? []
  if (id) return [id, id]
  const [whole = '', bare] = BARE_ID.exec(text) ?? []
  return [whole, bare === undefined ? undefined : `<${bare.replace(/[.:]+$/, '')}>`]
}
