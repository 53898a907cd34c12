import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { RESOURCES } from '../../src/api/api.js'
import { type Api, describeApi, tokenOf } from './support.js'

/** Values that somebody tries in every parameter, encoded as they stand in an address. */
const IN_QUERY = [
  '',
  '0',
  '1',
  '-1',
  '251',
  '2147483648',
  '9223372036854775808',
  '9'.repeat(400),
  '1e400',
  '0x10',
  '%00',
  '%FF%FE',
  '%ED%A0%80',
  '__proto__',
  'constructor',
  'toString',
  '%5B%5D',
  "'%22%5C%25_",
  '-',
  ',,,',
  '-__proto__,constructor,-',
  '%F0%9F%92%A1',
  '%C5%BE'.repeat(300),
  '0000-01-01',
  '0000-01-01T00:00:00%2B14:00',
  '9999-12-31T23:59:59-12:00',
  '2026-02-30',
  '2026-11-23T25:61:61',
]

/** Values that somebody tries in every field, as JSON has them. */
const IN_JSON = [
  'null',
  'true',
  '0',
  '-1',
  '-0.5',
  '2147483648',
  '9223372036854775808',
  '1e400',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  '"javascript:alert(1)"',
  '"https://[::"',
  '[]',
  '[[]]',
  '[null, {}, "\\u0000", -1, 9223372036854775808]',
  '{}',
  '{"__proto__": 1, "constructor": {"prototype": 1}}',
  '{"send_email": {"a": []}, "items_per_page": "9".repeat, "show_ids": 7}',
  '{"items_per_page": 1e400, "show_ids": "\\u0000"}',
]

/** Large ones, tried in all fields at once. */
const LARGE_IN_JSON = [
  `"${'x'.repeat(70_000)}"`,
  `"${'💡'.repeat(3000)}"`,
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  `[${'1,'.repeat(50_000)}1]`,
]

/** The same in forms. */
const IN_FORM = ['', '%00', '%FF', '%ED%A0%80', '-1', '9'.repeat(400), '%5B1%5D', 'x'.repeat(70_000), 'null']

const NUMBERS = ['0', '2147483648', '9223372036854775808', '-1', '1e3', '%00', '__proto__', '1%2F2', '..%2F1']

const FIELDS = [
  'ids state delegate archived commit_ref pull_url related context target_url description user',
  'addressed name patches public first_name last_name settings web_url list_archive_url_format show_dependencies',
].flatMap((line) => line.split(' '))

/** The address of each resource in the small world. */
function pathOf(path: string): string {
  return path.replace(/:\w+/g, '1')
}

const WRITES = RESOURCES.flatMap((resource) =>
  (['post', 'put', 'patch'] as const)
    .filter((method) => resource[method] && !resource[method].isRefused)
    .map((method) => ({
      method: method.toUpperCase() as 'POST',
      path: pathOf(resource.path),
      operation: resource[method],
    })),
)

/** Every error is words: one sentence, or for each field some. */
function isInWords(body: unknown): boolean {
  if (typeof body === 'string') return body.length > 0 && body.length < 500 && !/\bat .*\.[jt]s\b/.test(body)
  if (typeof body !== 'object' || body === null) return false
  const inner = Object.values(body)
  return inner.length > 0 && inner.every(isInWords)
}

/** What is wrong with the answers to some requests: nothing, if each is a success or an error in words. */
async function complaints(
  requests: readonly (() => Promise<{ statusCode: number; body: string; of: string }>)[],
) {
  const found: string[] = []
  for (let start = 0; start < requests.length; start += 20)
    for (const { statusCode, body, of } of await Promise.all(
      requests.slice(start, start + 20).map((request) => request()),
    )) {
      const isFine = statusCode < 400 || (statusCode < 500 && isInWords(JSON.parse(body)))
      if (!isFine) found.push(`${of.slice(0, 200)}: ${statusCode} ${body.slice(0, 300)}`)
    }
  return found
}

function sending(api: Api, method: 'POST' | 'GET', url: string, type?: string, payload?: string | Buffer) {
  return async () => {
    const { statusCode, body } = await api.app.inject({
      method,
      url,
      headers: { authorization: `Token ${tokenOf('mira')}`, ...(type ? { 'content-type': type } : {}) },
      ...(payload === undefined ? {} : { payload }),
    })
    return { statusCode, body, of: `${method} ${url} ${String(payload ?? '')}` }
  }
}

const UNREADABLE: readonly (readonly [type: string, payload: string | Buffer, words: RegExp])[] = [
  ['application/json', '  ', /body is empty/],
  ['application/json', '{"state": "new"', /not valid JSON/],
  ['application/json', '{"state": "new"}}', /not valid JSON/],
  ['application/json', 'state=new', /not valid JSON/],
  ['application/json', '{"state": NaN}', /not valid JSON/],
  ['application/json', '[1]', /Expected a dictionary, but got list/],
  ['application/json', '"new"', /Expected a dictionary, but got str/],
  ['application/json', 'null', /Expected a dictionary, but got NoneType/],
  ['application/json', Buffer.from('{"state": "n\xff"}', 'latin1'), /not valid UTF-8/],
  ['application/json', Buffer.from('{"state": "new"}', 'utf16le'), /not valid/],
  ['multipart/form-data; boundary=b', '--b\r\n', /Multipart form parse error/],
  ['multipart/form-data', '--b--', /Multipart form parse error/],
  ['text/plain', 'state=new', /Unsupported media type .*text\/plain/],
  ['application/xml', '<state/>', /Unsupported media type/],
  [';;;', 'x', /Unsupported media type/],
]

describeApi('whatever is asked', (api) => {
  it('in the parameters of a list has an answer', async () => {
    const requests = RESOURCES.flatMap(({ path, get }) => {
      if (!get?.listing) return []
      const names = [
        ...Object.keys(get.listing.filters),
        'order',
        'q',
        'page',
        'per_page',
        'format',
        '__proto__',
      ]
      return names.flatMap((name) =>
        IN_QUERY.map((value) => sending(api, 'GET', `/api${pathOf(path)}?${name}=${value}`)),
      )
    })
    expect(await complaints(requests)).toEqual([])
  })

  it('in place of a number has an answer', async () => {
    const paths = RESOURCES.filter(({ path }) => path.includes(':')).map(({ path }) => path)
    const requests = paths.flatMap((path) =>
      NUMBERS.map((number) => sending(api, 'GET', `/api${path.replace(/:\w+/g, number)}`)),
    )
    expect(await complaints(requests)).toEqual([])
  })

  it('to be written as JSON has an answer', async () => {
    const requests = WRITES.flatMap(({ method, path, operation }) => {
      const fields = Object.keys(operation?.fields ?? {})
      const bodies = fields.flatMap((field) =>
        IN_JSON.map((value) => `{"state": 1, "ids": [1], "${field}": ${value}}`),
      )
      const large = LARGE_IN_JSON.map(
        (value) => `{${fields.map((field) => `"${field}": ${value}`).join(', ')}}`,
      )
      return [...bodies, ...large].map((body) =>
        sending(api, method, `/api${path}`, 'application/json', body),
      )
    })
    expect(await complaints(requests)).toEqual([])
  })

  it('to be written as a form has an answer', async () => {
    const requests = WRITES.flatMap(({ method, path }) =>
      IN_FORM.flatMap((value) => {
        const pairs = FIELDS.flatMap((field) => [`${field}=${value}`, `${field}[]=${value}`]).join('&')
        const part = (field: string) =>
          `--b\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${decodeBytes(value)}\r\n`
        return [
          sending(api, method, `/api${path}`, 'application/x-www-form-urlencoded', pairs),
          sending(
            api,
            method,
            `/api${path}`,
            'multipart/form-data; boundary=b',
            Buffer.from(`${FIELDS.map(part).join('')}--b--\r\n`, 'latin1'),
          ),
        ]
      }),
    )
    expect(await complaints(requests)).toEqual([])
  })

  it('as a body that cannot be read is refused in words', async () => {
    for (const [type, payload, words] of UNREADABLE) {
      const answer = await sending(api, 'PATCH' as 'POST', '/api/patches/1/', type, payload)()
      expect([400, 415], String(payload)).toContain(answer.statusCode)
      expect(Object.values(JSON.parse(answer.body)).flat().join(' ')).toMatch(words)
    }
  })

  it('twice in one object counts the last time, and names of prototypes are names', async () => {
    const url = '/api/patches/1/'
    const json = '{"state": "new", "__proto__": {"archived": true}, "constructor": 1, "state": "rfc"}'
    const answer = await sending(api, 'PATCH' as 'POST', url, 'application/json', json)()
    expect(JSON.parse(answer.body)).toMatchObject({ state: 'rfc', archived: false })
    const form = await sending(
      api,
      'PATCH' as 'POST',
      url,
      'application/x-www-form-urlencoded',
      'state=rfc&state=new',
    )()
    expect(JSON.parse(form.body)).toMatchObject({ state: 'new' })
  })

  it('with credentials that are no text has an answer', async () => {
    for (const authorization of [
      `Basic ${Buffer.from('mi\0ra:x').toString('base64')}`,
      `Basic ${Buffer.from('\xff\xfe:\ud800').toString('base64')}`,
      'Basic ====',
      'Basic',
      'Token',
      `Token ${'x'.repeat(5000)}`,
      'Token a b',
    ]) {
      const answer = await api.app.inject({ url: '/api/patches/', headers: { authorization } })
      expect(answer.statusCode, authorization).toBe(403)
      expect(answer.json()).toEqual({ detail: expect.any(String) })
    }
  })

  it('and not sent to its end has an answer', async () => {
    await api.app.listen({ host: '127.0.0.1', port: 0 })
    const { port } = api.app.server.address() as AddressInfo
    const head = `PATCH /api/patches/1/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Token ${tokenOf('mira')}\r\nContent-Type: application/json\r\n`
    const ask = async (rest: string) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
      socket.end(head + rest)
      return await text(socket)
    }
    expect(await ask('Content-Length: 100\r\n\r\n{"state": ')).toMatch(/^(HTTP\/1\.1 400 |$)/)
    expect(await ask('Transfer-Encoding: chunked\r\n\r\n5\r\n{"sta')).toMatch(/^(HTTP\/1\.1 400 |$)/)
    expect(await ask('Transfer-Encoding: chunked\r\n\r\nzz\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect((await api.get('/patches/1/')).body.state).toBe('new')
  })
})

function decodeBytes(value: string): string {
  return value.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
