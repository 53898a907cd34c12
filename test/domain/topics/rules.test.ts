import { expect, it } from 'vitest'
import { changesOf } from '../../../src/domain/topics/changes.js'
import { placeMembers } from '../../../src/domain/topics/components.js'
import { areApart, type Posting, postedVersion } from '../../../src/domain/topics/posting.js'
import { decideByLikeness, decideLinks, type TopicCandidate } from '../../../src/domain/topics/rules.js'

function posting(id: number, title: string, more: Partial<Posting> = {}): Posting {
  return {
    id,
    project_id: 1,
    version: 1,
    date: `2026-01-${String(id).padStart(2, '0')}T10:00:00`,
    submitter_id: 1,
    user_id: null,
    submitter_name: 'Jo Faro',
    title,
    total: 1,
    patches: [{ id, name: title, hash: null }],
    ...more,
  }
}

function candidate(
  of: Posting,
  ...mentions: ('reply' | 'link' | 'supersedes' | 'change-id')[]
): TopicCandidate {
  return { posting: of, mentions: new Set(mentions), distance: 0 }
}

const diff = (file: string, ...lines: string[]) =>
  [`--- a/${file}`, `+++ b/${file}`, ...lines.map((line) => `+${line}`)].join('\n')

/** The reasons of the links from the later of two series. */
function reasons(
  later: Posting,
  earlier: TopicCandidate[],
  diffs: Record<number, string> = {},
  roots: Record<number, number[]> = {},
  rules = decideLinks,
): string[] {
  const known = {
    changesOf: ({ id }: Posting) => changesOf(diffs[id] === undefined ? [] : [diffs[id]]),
    rootsOf: ({ id }: Posting) => new Set(roots[id] ?? [id]),
  }
  return rules(later, earlier, known).map(({ earlier: id, reason }) => `${id} ${reason}`)
}

const v1 = posting(1, 'lamp: glow')
const v2 = posting(2, '[v2] lamp: glow', { version: 2 })

it.each([
  ['a name of the same person', v2, candidate(v1), ['1 name']],
  [
    'a name of somebody else',
    v2,
    candidate(posting(1, 'lamp: glow', { submitter_id: 2, submitter_name: 'X' })),
    [],
  ],
  [
    'a reference with another name',
    posting(2, '[v2] new', { version: 2 }),
    candidate(v1, 'reply'),
    ['1 reply'],
  ],
  ['a change id', posting(2, '[v2] new', { version: 2 }), candidate(v1, 'change-id'), ['1 change-id']],
  ['a link', posting(2, '[v2] new', { version: 2, submitter_id: 9 }), candidate(v1, 'link'), ['1 link']],
  ['a higher version', v1, candidate(posting(9, '[v2] lamp: glow', { version: 2 })), []],
  ['another project', v2, candidate({ ...v1, project_id: 2 }), []],
  ['three years', v2, candidate({ ...v1, date: '2023-01-01T00:00:00' }), []],
])('%s', (_, later, earlier, links) => {
  expect(reasons(later, [earlier])).toEqual(links)
})

it('series of one version and name are one work only with the same changes', () => {
  const again = posting(3, 'lamp: glow')
  expect(reasons(again, [candidate(v1)], { 1: diff('a', 'one'), 3: diff('a', 'one') })).toEqual(['1 name'])
  expect(reasons(again, [candidate(v1)], { 1: diff('a', 'one'), 3: diff('a', 'two') })).toEqual([])
})

it('series for different repositories are different work', () => {
  const kernel = posting(1, '[nf-next] lamp: glow')
  const tool = posting(2, '[nft,v2] lamp: glow', { version: 2 })
  expect(
    reasons(tool, [candidate(kernel)], { 1: diff('net/a.c', 'one'), 2: diff('src/b.c', 'two') }),
  ).toEqual([])
})

it('a cover letter with its place behind the repository is for the same repository', () => {
  const patches = [{ id: 1, name: '[nft,1/1] wick: trim', hash: null }]
  const cover = posting(1, '[nft,0/1] trim it', { patches })
  const later = posting(2, '[nft,v2] wick: trim', { version: 2 })
  expect(reasons(later, [candidate(cover)])).toEqual(['1 patch-names'])
  expect(areApart('[nft,0/1] a', '[nf-next,0/2] a')).toBe(true)
})

it('a patch that grew to a series is continued by it, if the series has its changes', () => {
  const patches = ['shade: cut', 'wick: trim', 'oil: fill'].map((name, id) => ({ id, name, hash: null }))
  const later = posting(3, '[v2,0/3] better light', { version: 2, patches })
  const earlier = candidate(posting(1, 'wick: trim'))
  const grown = [diff('a', 'one'), diff('b', 'two'), diff('c', 'three')].join('\n')
  expect(reasons(later, [earlier], { 1: diff('a', 'one'), 3: grown })).toEqual(['1 patch-names'])
  expect(reasons(later, [earlier], { 1: diff('z', 'other'), 3: grown })).toEqual([])
})

it.each([
  ['[for,v5.9] wick: trim', 5, 1],
  ['[PATCH for v5.9 0/2] wick: trim', 5, 1],
  ['[for,v5.9,v2] wick: trim', 2, 2],
  ['[v5.1] wick: trim', 5, 5],
  ['[v3] for v5.9', 3, 3],
])('%s is a version of its own number', (title, stored, version) => {
  expect(postedVersion(title, stored)).toBe(version)
})

it('files alike count if only one work has them', () => {
  const later = posting(5, '[v2] shine', { version: 2 })
  const [one, other] = [posting(1, 'glow'), posting(2, 'gleam')]
  const diffs = { 1: diff('a', 'x1'), 2: diff('a', 'x2'), 5: diff('a', 'x3') }
  expect(reasons(later, [candidate(one)], diffs)).toEqual(['1 files'])
  expect(reasons(later, [candidate(one), candidate(other)], diffs)).toEqual([])
})

it('what a person separated is joined by no rule', () => {
  const links = [{ series: 2, earlier: 1, reason: 'name', score: 90 } as const]
  expect(placeMembers([v1, v2], links, []).get(2)).toEqual({ topic: 1, isLatest: true })
  expect(placeMembers([v1, v2], links, [{ series: 2, earlier: null }]).get(2)).toEqual({
    topic: 2,
    isLatest: true,
  })
})

it('a version continues one of several series of a name only if these are one work, or by its changes', () => {
  const [one, other] = [posting(1, 'lamp: glow'), posting(2, 'lamp: glow')]
  const next = posting(3, '[v2] lamp: glow', { version: 2 })
  const earlier = [candidate(one), candidate(other)]
  expect(reasons(next, earlier)).toEqual([])
  expect(reasons(next, earlier, {}, { 2: [1] })).toEqual(['2 name'])
  expect(reasons(next, earlier, {}, { 1: [8], 2: [9] })).toEqual([])
  const third = candidate(posting(4, 'lamp: glow'))
  const last = posting(5, '[v2] lamp: glow', { version: 2 })
  expect(reasons(last, [...earlier, third], {}, { 4: [1, 2] })).toEqual(['4 name'])
  expect(reasons(last, [...earlier, third], {}, { 4: [2] })).toEqual([])
  expect(
    reasons(next, earlier, { 1: diff('a', 'x();'), 2: diff('a', 'y();'), 3: diff('a', 'x();') }),
  ).toEqual(['1 name'])
})

it('finds an earlier series of a sender by likeness alone', () => {
  expect(reasons(v2, [candidate(v1)], {}, {}, decideByLikeness)).toEqual(['1 patch-names'])
})
