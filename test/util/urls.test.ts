import { expect, it } from 'vitest'
import { archiveUrl, isWebAddress, messageIdPath, patchPath } from '../../src/util/urls.js'

it.each([
  ['<20190503082819.23112-1-a.b@c.d>', '20190503082819.23112-1-a.b@c.d'],
  ["<~:@!$&'()*+,;=>", "~:@!$&'()*+,;="],
  ['<a/b@x>', 'a%252Fb@x'],
  ['<a%2Fb@x>', 'a%25252Fb@x'],
  ['<100%@x>', '100%25@x'],
  ['<a b?c#d@x>', 'a%20b%3Fc%23d@x'],
  ['<"ü"@x>', '%22%C3%BC%22@x'],
])('%s stands in a path as %s', (msgid, path) => {
  expect(messageIdPath(msgid)).toBe(path)
  expect(patchPath('lamps', msgid)).toBe(`/project/lamps/patch/${path}/`)
})

it.each([
  ['<20190503082819.23112-1-a.b@c.d>', '20190503082819.23112-1-a.b@c.d'],
  ['<Y/5w@x>', 'Y%2F5w@x'],
  ['<50%25lamp@x>', '50%2525lamp@x'],
  ["<$'&@x>", "$'&@x"],
])('%s is encoded once in the address of an archive', (msgid, path) => {
  expect(archiveUrl('https://lore.example.org/r/{}/', msgid)).toBe(`https://lore.example.org/r/${path}/`)
  expect(archiveUrl('', msgid)).toBeNull()
})

it.each([
  ['https://example.org/a?b#c', true],
  ['HTTP://localhost:8000', true],
  ['javascript:alert(1)', false],
  ['javascript://example.org/%0aalert(1)', false],
  [' https://example.org/', false],
  ['https://example.org/a b', false],
  ['https:example.org', false],
  ['https://', false],
  ['ftp://example.org/', false],
  ['', false],
])('%j is an address that a page may link to: %s', (text, expected) => {
  expect(isWebAddress(text)).toBe(expected)
})
