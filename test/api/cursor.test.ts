import { expect, it } from 'vitest'
import { type Api, describeApi } from './support.js'

/** All that `next` in the `Link` header leads to, from a first page on: the ids of each page. */
async function follow(api: Api, url: string, as?: 'mira'): Promise<number[][]> {
  const pages: number[][] = []
  for (let next: string | undefined = url; next !== undefined; ) {
    const { status, body, headers } = await api.get(next, as)
    expect([next, status]).toEqual([next, 200])
    pages.push(body.map(({ id }: { id: number }) => id))
    next = nextOf(headers.link)
    expect(pages.length).toBeLessThan(100)
  }
  return pages
}

function nextOf(link: unknown): string | undefined {
  return /<https:\/\/pw\.example\.org([^>]*)>; rel="next"/.exec(String(link))?.[1]
}

function cursor(...parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

describeApi(
  'a list that is read on by cursors',
  (api) => {
    it.each([
      '/patches/?order=id',
      '/patches/?order=-id',
      '/patches/?order=date',
      '/patches/?order=-date',
      '/patches/?order=-date,-id',
      '/patches/?project=lamps&order=-date',
      '/patches/?q=lamps&order=-id',
      '/patches/1/comments/?order=-date',
      '/patches/?state=new&archived=false&order=id',
      '/covers/?order=-date',
      '/series/?order=date',
      '/series/?order=-id',
      '/events/?',
      '/events/?order=date',
      '/events/?project=lamps&category=patch-created',
      '/people/?order=id',
      '/projects/?order=-id',
    ])('%s has the rows that its pages have', async (list) => {
      const all = (await follow(api, `/api${list}&per_page=250`, 'mira')).flat()
      expect(all.length).toBeGreaterThan(0)
      for (const size of [1, 2, 250]) {
        const pages = await follow(api, `/api${list}&per_page=${size}&cursor=`, 'mira')
        expect(pages.flat()).toEqual(all)
        expect(pages.slice(0, -1).every((page) => page.length === size)).toBe(true)
        expect(pages.at(-1)?.length).toBeGreaterThan(0)
      }
    })

    it('says where it begins and goes on, and counts nothing', async () => {
      const { headers } = await api.get('/api/1.4/patches/?order=-id&per_page=1&cursor=')
      const list = 'https://pw.example.org/api/1.4/patches/?cursor='
      expect(headers.link).toBe(
        `<${list}${cursor('-id', 4)}&order=-id&per_page=1>; rel="next", <${list}&order=-id&per_page=1>; rel="first"`,
      )
      expect(headers['x-total-count']).toBeUndefined()
      const { headers: ends } = await api.get('/api/1.4/patches/?order=-id&cursor=')
      expect(ends.link).toBe(`<${list}&order=-id>; rel="first"`)
    })

    it('is empty where nothing matches, and behind its end', async () => {
      for (const list of ['msgid=nowhere@x&', 'order=id&'])
        expect(
          await api.ids(`/patches/?${list}cursor=${list.includes('id') ? cursor('id', 4000) : ''}`),
        ).toEqual([])
    })

    it.each([
      ['x', 'id'],
      ['AAAA', 'id'],
      [cursor(), 'id'],
      [cursor('id'), 'id'],
      [cursor('-id', 1), 'id'],
      [cursor('id', '1'), 'id'],
      [cursor('id', -1), 'id'],
      [cursor('id', 1.5), 'id'],
      [cursor('id', 2 ** 31), 'id'],
      [cursor('id', 1, 2), 'id'],
      [cursor('id', 1, '2026-01-01T00:00:00'), 'id'],
      [cursor('date', 1), 'date'],
      [cursor('date', 1, 'yesterday'), 'date'],
      [cursor('date', 1, "2026-01-01T00:00:00' or 1"), 'date'],
      [cursor('date', 1, '2026-01-01T00:00:00', 1), 'date'],
      [`${cursor('id', 1)}=`, 'id'],
      ['A'.repeat(500), 'id'],
      [Buffer.from('{"0":"id"}').toString('base64url'), 'id'],
      [Buffer.from('["id",1').toString('base64url'), 'id'],
    ])('refuses the cursor %s in the order of %s', async (text, order) => {
      const { status, body } = await api.get(`/patches/?order=${order}&cursor=${text}`)
      expect([status, Object.keys(body)]).toEqual([400, ['detail']])
    })

    it('refuses a page beside a cursor, and orders in which rows may move', async () => {
      for (const query of ['page=2&cursor=', 'page=&cursor=', 'order=name&cursor=', 'order=date,-id&cursor='])
        expect((await api.get(`/patches/?${query}`)).status, query).toBe(400)
      expect((await api.get('/patches/?order=-date&cursor=')).status).toBe(200)
    })

    it('knows no cursors before 1.4', async () => {
      const { status, headers } = await api.get('/api/1.3/patches/?cursor=x&order=name&per_page=2')
      expect([status, headers['x-total-count']]).toEqual([200, '4'])
      expect(headers.link).toContain('page=2')
    })
  },
  'suite',
)

describeApi('a list that is read on while rows come and go', (api) => {
  it('shows each row that stays once', async () => {
    const all = await api.ids('/events/?order=-id')
    const first = await api.get('/events/?order=-id&per_page=2&cursor=')
    // The row that the cursor names vanishes, and with it the pages of all others change.
    await api.db
      .deleteFrom('events')
      .where('id', '=', all[1] as number)
      .execute()
    expect(await api.ids(nextOf(first.headers.link) as string)).toEqual(all.slice(2, 4))
  })
})
