import { expect, it } from 'vitest'
import { quote } from '../../../src/web/series/apply-facts.js'

it.each([
  ['20261005.1@lanterna.example.org', '20261005.1@lanterna.example.org'],
  ['https://pw.example.org/series/1/mbox/', 'https://pw.example.org/series/1/mbox/'],
  ['a$(reboot)@x', "'a$(reboot)@x'"],
  ['a;reboot@x', "'a;reboot@x'"],
  ['a`b`@x', "'a`b`@x'"],
  ["it's@x", "'it'\\''s@x'"],
  ['', "''"],
])('quotes %j for a shell', (word, quoted) => {
  expect(quote(word)).toBe(quoted)
})
