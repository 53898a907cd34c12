import { expect, it } from 'vitest'
import { findLinks } from '../../../src/web/text/links.js'

const linksIn = (text: string) => findLinks(text).flatMap((piece) => (piece.isLink ? [piece.text] : []))

it('finds addresses and leaves the punctuation behind them alone', () => {
  expect(linksIn('See https://a.example/b?c=d#e, or (http://x.example/y).')).toEqual([
    'https://a.example/b?c=d#e',
    'http://x.example/y',
  ])
  expect(linksIn('<https://a.example/1> [https://a.example/2]')).toEqual([
    'https://a.example/1',
    'https://a.example/2',
  ])
  expect(linksIn('https://a.example/x_(y)!')).toEqual(['https://a.example/x_(y)'])
})

it('keeps the whole text', () => {
  const text = 'a https://b.example/. c https:// d http://[ e'
  expect(
    findLinks(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})

it('takes no other scheme, and nothing that marks of direction turn round', () => {
  expect(linksIn('javascript:alert(1) data:text/html,x ftp://a.example file:///etc/passwd')).toEqual([])
  expect(linksIn('https://a.example/\u202egnp.exe')).toEqual(['https://a.example/'])
  expect(linksIn('https://a.example/"onmouseover="alert(1)')).toEqual(['https://a.example/'])
})

it('is linear in whatever it is given: else this would take minutes', () => {
  for (const run of ['http://', 'http://a', ')', '(', 'http://a)', 'a'])
    for (const before of ['', 'http://a/', 'http://a/('])
      findLinks(before + run.repeat(1_000_000 / run.length))
})
