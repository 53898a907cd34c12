import { expect, it } from 'vitest'
import {
  MAX_LIMITS,
  matchesContext,
  type NewToken,
  requireContext,
  requireNotMore,
  requireTokenRules,
  type TokenExtent,
} from '../../../src/domain/tokens/rules.js'

const NOW = '2026-10-05T12:00:00'
const TOKEN: NewToken = { name: 'ci', scopes: ['checks'], projects: null, contexts: null, expires: null }

it.each<[string, string, boolean]>([
  ['sashiko*', 'sashiko', true],
  ['sashiko*', 'sashiko-build', true],
  ['sashiko*', 'sashik', false],
  ['sashiko', 'sashiko-build', false],
  ['*', '', true],
  ['*-build', 'x86-build', true],
  ['*-build', 'x86-build-2', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'acb', false],
  ['', '', true],
  ['', 'a', false],
  // One pattern within another.
  ['sashiko*', 'sashiko-*', true],
  ['sashiko-*', 'sashiko*', false],
  ['a*', '*', false],
])('says of the pattern %j that it covers %j: %j', (pattern, text, expected) => {
  expect(matchesContext(pattern, text)).toBe(expected)
})

it('matches a hostile pattern without running for ever', () => {
  expect(matchesContext(`${'a*'.repeat(127)}b`, 'a'.repeat(255))).toBe(false)
})

it.each<[string, Partial<NewToken>, string]>([
  ['name', { name: ' ' }, 'This must not be empty.'],
  ['name', { name: 'a\nb' }, 'This has characters that cannot be seen.'],
  ['name', { name: '💡'.repeat(101) }, 'This is longer than 100 characters.'],
  ['scopes', { scopes: [] }, 'A token needs at least one scope.'],
  ['projects', { projects: [] }, 'Name a project, or leave the field out for all.'],
  ['contexts', { contexts: [] }, 'Name a context, or leave the field out for all.'],
  [
    'contexts',
    { contexts: ['fine', 'not fine'] },
    'A context has letters, digits, hyphens and underscores; * stands for any text.',
  ],
  [
    'contexts',
    { contexts: Array.from({ length: MAX_LIMITS + 1 }, () => 'a') },
    'A token is limited to at most 100 contexts.',
  ],
  ['expires', { expires: NOW }, 'This is in the past.'],
])('refuses a token whose %s is %j', (field, change, sentence) => {
  const problem = { status: 400, message: sentence, fields: { [field]: [sentence] } }
  expect(() => requireTokenRules({ ...TOKEN, ...change }, NOW)).toThrow(expect.objectContaining(problem))
})

it('takes a name in any script', () => {
  requireTokenRules({ ...TOKEN, name: 'κατασκευή 🤖 בנייה'.normalize() }, NOW)
})

it('names the contexts that a token may post', () => {
  requireContext({ contexts: ['sashiko*'] }, 'sashiko-review')
  requireContext({}, 'build')
  const sentence = 'The token may only post checks of these contexts: sashiko*, lore.'
  expect(() => requireContext({ contexts: ['sashiko*', 'lore'] }, 'build')).toThrow(
    expect.objectContaining({ status: 400, fields: { context: [sentence] } }),
  )
})

const MAKER: TokenExtent = {
  scopes: ['read', 'admin'],
  projects: [1, 2],
  contexts: ['sashiko*'],
  expires: '2026-11-01T00:00:00',
}
const LESS: TokenExtent = { ...MAKER, scopes: ['read'], projects: [2], contexts: ['sashiko-*'] }

it.each<[string, Partial<TokenExtent>, string | undefined]>([
  ['less', {}, undefined],
  ['a shorter life', { expires: '2026-10-06T00:00:00' }, undefined],
  ['another scope', { scopes: ['read', 'checks'] }, "the scope 'checks'"],
  ['all scopes', { scopes: null }, 'all scopes'],
  ['another project', { projects: [2, 3] }, 'other projects'],
  ['all projects', { projects: null }, 'other projects'],
  ['another context', { contexts: ['sashik*'] }, "the context 'sashik*'"],
  ['all contexts', { contexts: null }, 'all contexts'],
  ['a longer life', { expires: '2026-11-02T00:00:00' }, 'a life beyond 2026-11-01'],
  ['a life without end', { expires: null }, 'a life beyond 2026-11-01'],
])('says whether a token may be made that has %s', (_, change, refusal) => {
  const make = () => requireNotMore({ ...LESS, ...change }, MAKER)
  if (refusal === undefined) make()
  else expect(make).toThrow(`A token cannot be given what its maker lacks: ${refusal}`)
})
