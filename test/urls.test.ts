import { expect, it } from 'vitest'
import { messageIdPath, patchPath } from '../src/urls.js'

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
