import { SCOPES, type Scope, type TokenLimits } from '../../auth/permissions.js'
import type { Time } from '../../db/schema.js'
import { Forbidden, Invalid } from '../../util/errors.js'
import { abridge } from '../../util/text.js'
import { DAY_MS } from '../../util/time.js'
import { line, type Rules } from '../rule.js'

/** What a token may be called and limited to. */

/** Maximum number of tokens of one account, expired ones included. */
export const MAX_TOKENS = 10_000

/** Maximum number of projects, and of patterns of contexts, that one token is limited to. */
export const MAX_LIMITS = 100

/** A token that was replaced stays valid for so long, so that the programs that use it can change over. */
export const ROTATION_MS = DAY_MS

/** The limit of the pattern of a context, as that of a context itself. */
export const MAX_CONTEXT = 255

/** A pattern of contexts: the characters of contexts, and `*` for any text. */
export const CONTEXT_PATTERN = '^[-a-zA-Z0-9_*]+$'

/** The limit of the name of a token, in characters. */
export const MAX_NAME = 100

export const TOKEN_RULES = {
  name: line({ isRequired: true, max: MAX_NAME }),
} satisfies Rules

/** What is asked for a new token; null: no limit. */
export interface NewToken {
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Project ids. */
  readonly projects: readonly number[] | null
  readonly contexts: readonly string[] | null
  readonly expires: Time | null
}

/** Whether a text names a scope. */
export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text)
}

/** The scopes that people name. Throws Invalid for others. */
export function readScopes(texts: readonly string[]): Scope[] {
  const names = [...new Set(texts.map((text) => text.trim()))].filter((name) => name !== '')
  const unknown = names.find((name) => !isScope(name))
  if (unknown === undefined) return names.filter(isScope)
  const sentence = `'${abridge(unknown, 100)}' is not a scope; there are ${SCOPES.join(', ')}.`
  throw new Invalid(sentence, { scopes: [sentence] })
}

/** The beginning of a day that people name, in UTC. Throws Invalid for anything else. */
export function readExpiry(text: string): Time {
  const start = Date.parse(`${text}T00:00:00Z`)
  // A day that is not in the calendar, such as 2027-02-30, is not taken for another one.
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(start || 0).toISOString().startsWith(text))
    return `${text}T00:00:00`
  const sentence = 'A date is required, such as 2027-06-30.'
  throw new Invalid(sentence, { expires: [sentence] })
}

/** What is wrong with the pattern of a context; undefined: nothing. */
export function contextProblem(pattern: string): string | undefined {
  if (pattern.length > MAX_CONTEXT) return `A context has at most ${MAX_CONTEXT} characters.`
  if (new RegExp(CONTEXT_PATTERN).test(pattern)) return undefined
  return 'A context has letters, digits, hyphens and underscores; * stands for any text.'
}

/** Throws Invalid for a token that cannot be: by field, as the API answers. */
export function requireTokenRules({ name, scopes, projects, contexts, expires }: NewToken, now: Time): void {
  const problems: Record<string, string | undefined> = {
    name: TOKEN_RULES.name(name),
    scopes: scopes.length === 0 ? 'A token needs at least one scope.' : undefined,
    projects: listProblem(projects, 'project'),
    contexts:
      listProblem(contexts, 'context') ??
      contexts?.map(contextProblem).find((problem) => problem !== undefined),
    expires: expires !== null && expires <= now ? 'This is in the past.' : undefined,
  }
  for (const [field, problem] of Object.entries(problems))
    if (problem !== undefined) throw new Invalid(problem, { [field]: [problem] })
}

function listProblem(list: readonly unknown[] | null, noun: string): string | undefined {
  if (list === null) return undefined
  if (list.length === 0) return `Name a ${noun}, or leave the field out for all.`
  return list.length > MAX_LIMITS ? `A token is limited to at most ${MAX_LIMITS} ${noun}s.` : undefined
}

/**
 * Whether a text matches a pattern in which `*` stands for any text; `*` in the text is a character like others, so
 * this also says whether all texts of one pattern are texts of another. Takes time proportional to the product of both
 * lengths at most.
 */
export function matchesContext(pattern: string, text: string): boolean {
  let [at, inText, star, resume] = [0, 0, -1, 0]
  while (inText < text.length) {
    if (pattern[at] === '*') [star, resume, at] = [at, inText, at + 1]
    else if (at < pattern.length && pattern[at] === text[inText]) [at, inText] = [at + 1, inText + 1]
    else if (star >= 0) [at, inText, resume] = [star + 1, resume + 1, resume + 1]
    else return false
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** Throws Invalid for the context of a check that a token may not post. */
export function requireContext({ contexts }: TokenLimits, context: string): void {
  if (contexts === undefined || contexts.some((pattern) => matchesContext(pattern, context))) return
  const sentence = `The token may only post checks of these contexts: ${contexts.join(', ')}.`
  throw new Invalid(sentence, { context: [sentence] })
}

/** What a token may do, and until when, in the form in which one token is compared with another; null: no limit. */
export type TokenExtent = Omit<NewToken, 'name' | 'scopes'> & { readonly scopes: readonly Scope[] | null }

/** Throws Forbidden, naming what, if a token may do something that `maker` may not, or lives longer. */
export function requireNotMore(token: TokenExtent, maker: TokenExtent): void {
  const scope = missingFrom(token.scopes, maker.scopes, (one) => maker.scopes?.includes(one))
  if (scope !== undefined) throw tooMuch(scope === null ? 'all scopes' : `the scope '${scope}'`)
  if (missingFrom(token.projects, maker.projects, (one) => maker.projects?.includes(one)) !== undefined)
    throw tooMuch('other projects')
  const covers = (one: string) => maker.contexts?.some((pattern) => matchesContext(pattern, one))
  const context = missingFrom(token.contexts, maker.contexts, covers)
  if (context !== undefined) throw tooMuch(context === null ? 'all contexts' : `the context '${context}'`)
  if (maker.expires !== null && (token.expires === null || token.expires > maker.expires))
    throw tooMuch(`a life beyond ${dayOf(maker.expires)}, when the token that makes it expires`)
}

/** The first of `wanted` that is not covered; null: everything is wanted, and not all is there. */
function missingFrom<T>(
  wanted: readonly T[] | null,
  limit: readonly T[] | null,
  isCovered: (one: T) => boolean | undefined,
): T | null | undefined {
  if (limit === null) return undefined
  return wanted === null ? null : wanted.find((one) => !isCovered(one))
}

function tooMuch(what: string): Forbidden {
  return new Forbidden(`A token cannot be given what its maker lacks: ${what}.`)
}

/** A moment as its date in UTC. */
export function dayOf(time: Time): string {
  return time.slice(0, 10)
}
