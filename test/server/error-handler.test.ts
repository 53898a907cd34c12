import { gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serverWith } from './support.js'

/** A part of a multipart form. */
function part(value: string, more = ''): string {
  return `--b\r\nContent-Disposition: form-data; name="a"${more}\r\n\r\n${value}\r\n`
}

describe('problems', () => {
  const lines: string[] = []
  let app: FastifyInstance
  beforeEach(async () => {
    app = await serverWith({ bodyLimit: 2048 }, lines)
  })
  afterEach(() => app.close())

  const post = (type: string, payload: string | Buffer) =>
    app.inject({ method: 'POST', url: '/api/short/', headers: { 'content-type': type }, payload })

  it('show nothing of the inside, and are logged once under the name of the request', async () => {
    lines.length = 0
    const answer = await app.inject({ url: '/api/bug/?token=secret', headers: { 'x-request-id': 'r-1' } })
    expect(answer.statusCode).toBe(500)
    expect(answer.json()).toEqual({ detail: 'Something went wrong here.' })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] as string)).toMatchObject({
      request: 'r-1',
      method: 'GET',
      path: '/api/bug/',
      err: { message: 'the password is 1234' },
    })
  })

  it.each([
    ['/api/nothing/', 404, 'Not found.'],
    ['/api?x=1', 404, 'Not found.'],
    ['/api/%zz/', 400, 'The address is malformed.'],
    ['/api/%', 400, 'The address is malformed.'],
    [`/api/patches/${'1'.repeat(2500)}`, 414, 'The URL is too long.'],
    [`/api/short/?q=${'x'.repeat(8000)}`, 414, 'The URL is too long.'],
  ])('of the API are JSON: %.40s', async (url, status, detail) => {
    const answer = await app.inject(url)
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.json()).toEqual({ detail })
  })

  it.each(['gzip', 'br', 'x'])('are bodies that are packed: %s', async (encoding) => {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
    const answer = await app.inject({ method: 'POST', url: '/api/short/', headers, payload: gzipSync('{}') })
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toEqual({ detail: `Unsupported content encoding "${encoding}" in request.` })
  })

  it.each([
    ['/nothing/', 404, 'Not found.\n'],
    ['/%', 400, 'The address is malformed.\n'],
  ])('of pages are words: %s', async (url, status, body) => {
    const answer = await app.inject(url)
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(answer).toMatchObject({ statusCode: status, body })
  })

  it('are too many headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 101 }, (_, number) => [`x-${number}`, '1']))
    expect(await app.inject({ url: '/page/', headers })).toMatchObject({ statusCode: 431 })
  })

  it('are methods that nothing here has', async () => {
    const answer = await app.inject({ method: 'PROPFIND' as never, url: '/api/short/' })
    expect(answer.statusCode).toBe(501)
    expect(answer.json()).toEqual({ detail: 'Method "PROPFIND" is not supported.' })
  })

  it.each([
    ['application/json', '{"a": ', 400, /^JSON parse error/],
    ['application/json', ' ', 400, /^JSON parse error - the body is empty/],
    [
      'application/json',
      Buffer.from([0x22, 0xff, 0x22]),
      400,
      /^JSON parse error - the body is not valid UTF-8/,
    ],
    ['wrong', 'a', 415, /^Unsupported media type/],
    ['application/json', `"${'x'.repeat(2048)}"`, 413, /too large/],
    ['application/x-www-form-urlencoded', `a=${'x'.repeat(2048)}`, 413, /too large/],
    ['multipart/form-data; boundary=b', 'x'.repeat(2049), 413, /too large/],
    ['multipart/form-data; boundary=b', '--b\r\nnonsense', 400, /^Multipart form parse error/],
    ['multipart/form-data', '--b', 400, /^Multipart form parse error/],
    ['text/yaml', 'x'.repeat(2049), 413, /too large/],
  ])('are bodies of %s that are wrong: %.20j', async (type, payload, status, detail) => {
    const answer = await post(type, payload)
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toEqual({ detail: expect.stringMatching(detail) })
  })

  it('are none where the body is read', async () => {
    const form = {
      form: [
        ['a', '1'],
        ['a', 'ž'],
      ],
    }
    expect((await post('application/json', '{"a":1}')).json()).toEqual({ json: { a: 1 } })
    const named = '{"json":{"__proto__":{"a":1}}}'
    expect((await post('application/json', '{"__proto__":{"a":1}}')).body).toBe(named)
    expect((await post('application/x-www-form-urlencoded', 'a=1&a=%C5%BE')).json()).toEqual(form)
    const multipart = `${part('1')}${part('ž')}${part('file', '; filename="x"')}--b--\r\n`
    expect((await post('multipart/form-data; boundary=b', multipart)).json()).toEqual(form)
    expect((await post('text/yaml', 'a: 1')).json()).toEqual({})
  })
})
