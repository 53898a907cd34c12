import { expect, it } from 'vitest'
import { localPath } from '../../../src/web/framework/local-path.js'

it.each(['/', '/user/', '/project/x/list/?state=*&q=a%20b'])('keeps %s', (path) => {
  expect(localPath(path)).toBe(path)
})

it.each([
  '',
  'user/',
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  '/\t/evil',
  '/\n/evil',
  '/é',
  null,
])('leads to the start instead of %j', (path) => {
  expect(localPath(path)).toBe('/')
})
