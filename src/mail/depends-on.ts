/** What a mail says that its series builds on: `Depends-on:`, and what b4 writes below a diff. */

import { LIMITS } from './limits.js'
import { linesOf, strip } from './text.js'

const DEPENDS_ON = /^(depends-on|prerequisite-message-id|prerequisite-change-id):/i

/** Between such lines, code is shown. */
const FENCE = /^(?:```|~~~)/

/**
 * What the `Depends-on:` lines of a text name: message ids in their brackets, web addresses, `series-N` and `patch-N`;
 * and what b4 writes below a diff, message ids and names of series. Lines that are quoted, indented or within a fence
 * of code say nothing.
 */
export function dependencies(content: string): string[] {
  const found = new Set<string>()
  let isCode = false
  let isEmptyKey = false
  for (const line of linesOf(content)) {
    if (found.size >= LIMITS.dependencies) break
    if (FENCE.test(line)) isCode = !isCode
    const key = DEPENDS_ON.exec(line)?.[1]?.toLowerCase()
    // A value may be folded below its key, as trailers of git are.
    const value: string | undefined =
      isEmptyKey && /^[ \t]+\S/.test(line) ? line : key && line.slice(key.length + 1)
    isEmptyKey = key === 'depends-on' && value !== undefined && strip(value) === ''
    if (isCode || value === undefined) continue
    for (const target of targetsIn(strip(value), key)) if (found.size < LIMITS.dependencies) found.add(target)
  }
  return [...found]
}

const CHANGE_ID = /^change-id:\s*([\w.-]{1,200})\s*$/im

/** The name that b4 gives all versions of a series. */
export function changeId(content: string): string | undefined {
  return CHANGE_ID.exec(content)?.[1]
}

function targetsIn(text: string, key: string | undefined): string[] {
  if (key !== 'prerequisite-change-id') return listTargets(text)
  return /^[\w.-]{1,200}(?::v\d{1,9})?$/i.test(text) ? [`change-id:${text}`] : []
}

/** Words between several targets, and a number of a footnote or a word for a message id before one. */
const SEPARATOR = /^(?:[\s,;&]|and\b|\[\d{1,3}\]|(?:message-id|mid|id):)+/i
const NUMBER = /^(series|patch)[-\s]#?(\d{1,9})\b(?![\w/-])/i
const MESSAGE_ID = /^<([^\s<>]{1,1000}@[^\s<>]{1,255})>/
const ADDRESS = /^[<(]?(https?:\/\/[^\s<>()]{1,2000})[>)]?/i
const BARE_ID = /^([^\s<>@,;:()[\]"']{1,1000}@[^\s<>@,;()"']{1,255})(?=[\s,;]|$)/

/** The targets at the start of a value, up to the first word that is none. */
function listTargets(value: string): string[] {
  const targets: string[] = []
  for (let text = value; text !== '' && targets.length < LIMITS.dependencies; ) {
    text = text.slice(SEPARATOR.exec(text)?.[0].length ?? 0)
    const [whole, target] = targetAt(text)
    if (target === undefined) break
    targets.push(target)
    text = text.slice(whole.length)
  }
  return targets
}

function targetAt(text: string): [string, string | undefined] {
  const [number, kind, digits] = NUMBER.exec(text) ?? []
  if (number) return [number, `${kind?.toLowerCase()}-${Number(digits)}`]
  const [words, address] = ADDRESS.exec(text) ?? []
  if (words) return [words, address?.replace(/[.,;:!]+$/, '')]
  const [id] = MESSAGE_ID.exec(text) ?? []
  if (id) return [id, id]
  const [bare] = BARE_ID.exec(text) ?? []
  return bare ? [bare, `<${bare.replace(/[.:]+$/, '')}>`] : ['', undefined]
}
