import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS>()
const MAX_PATTERNS = 1000

/** Whether a file name matches an fnmatch pattern: `*` any text, slashes too, `?` a character, `[a-z]`, `[!a-z]`. */
export function matchesGlob(pattern: string, name: string): boolean {
  let matcher = compiled.get(pattern)
  if (!matcher) {
    if (compiled.size >= MAX_PATTERNS) compiled.clear()
    compiled.set(pattern, (matcher = RE2JS.compile(toExpression(pattern), RE2JS.DOTALL)))
  }
  return matcher.matches(name)
}

function toExpression(pattern: string): string {
  let expression = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string
    if (char === '*') expression += '.*'
    else if (char === '?') expression += '.'
    else if (char === '[') {
      const close = pattern.indexOf(']', at + (pattern[at + 1] === '!' ? 3 : 2))
      if (close < 0) expression += '\\['
      else {
        expression += toClass(pattern.slice(at + 1, close))
        at = close
      }
    } else expression += RE2JS.quote(char)
  }
  return expression
}

/** The inside of brackets; a range that runs backwards matches nothing, as in a shell. */
function toClass(inside: string): string {
  const isNegated = inside.startsWith('!')
  const set = (isNegated ? inside.slice(1) : inside).replace(/[\\\]^[]/g, '\\$&')
  const isBackwards = [...set.matchAll(/(.)-(.)/g)].some(([, from, to]) => (from as string) > (to as string))
  if (isBackwards) return isNegated ? '.' : '[^\\x00-\\x{10FFFF}]'
  return `[${isNegated ? '^' : ''}${set}]`
}
