import { expect, it } from 'vitest'
import { describeDemo, MIRA } from '../../support/demo.js'

// oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
type Json = any

/**
 * The requests of the bot that tests what is posted to netdev (github.com/linux-netdev/nipa, pw/patchwork.py,
 * pw_poller.py, pw/pw_series.py, pw_upload.py).
 */
describeDemo('the netdev bot', (demo) => {
  const get = async (path: string): Promise<Json> => await (await fetch(`${demo.server}${path}`)).json()

  /** Follows `next` as it does: splits at commas, and takes the address to begin with its first character. */
  async function getAll(kind: string, query: string): Promise<Json[]> {
    const items: Json[] = []
    let url: string | undefined = `${demo.server}/api/1.1/${kind}/?${query}`
    while (url) {
      const response: Response = await fetch(url)
      items.push(...(await response.json()))
      url = undefined
      for (const link of response.headers.get('link')?.split(',') ?? []) {
        const [address = '', relation = ''] = link.split(';')
        if (relation.trim() === 'rel="next"') url = address.slice(1, -1)
      }
    }
    return items
  }

  async function write(method: string, path: string, fields: Record<string, string>): Promise<Response> {
    const headers = { Authorization: `Token ${MIRA.token}` }
    return await fetch(`${demo.server}/api/1.1/${path}`, {
      method,
      headers,
      body: new URLSearchParams(fields),
    })
  }

  /** With the moment as Python writes it, and `&` after every parameter. */
  async function poll(since: string): Promise<Json[]> {
    return await getAll('events', `project=1&since=${since}&order=date&category=series-completed&`)
  }

  it('finds its project by its name', async () => {
    expect((await getAll('projects', '')).find(({ name }) => name === 'Lanterna')).toMatchObject({ id: 1 })
  })

  it('polls for what is complete, each time from the last that it has seen', async () => {
    const events = await poll('2026-11-20 07:30:00.123456')
    expect(events).toHaveLength(16)
    const ids = events.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted((a, b) => a - b))
    expect(new Set(events.map(({ payload }) => payload.series.id)).size).toBe(16)
    expect((await poll(events.at(-1).date)).map(({ id }) => id)).toContain(ids.at(-1))
    expect(await poll('2026-11-20 09:30:00.000001')).toEqual([])
  })

  it('pages through all of it', async () => {
    const events = await getAll('events', 'project=1&order=date&category=series-completed&per_page=2&')
    expect(events.map(({ payload }) => payload.series.id)).toHaveLength(16)
    expect(new Set(events.map(({ id }) => id)).size).toBe(16)
  })

  it('reads each series with its cover and its patches as mails', async () => {
    for (const { payload } of await getAll('events', 'category=series-completed&order=date&')) {
      const series = await get(`/api/1.1/series/${payload.series.id}/`)
      expect(series).toMatchObject({ received_all: true, total: series.patches.length })
      const mails = [
        ...(series.cover_letter ? [`/cover/${series.cover_letter.id}/mbox/`] : []),
        ...series.patches.map(({ id }: Json) => `/patch/${id}/mbox/`),
      ]
      for (const path of mails) {
        const mail = await fetch(demo.server + path)
        expect(mail.status, path).toBe(200)
        expect(await mail.text()).toMatch(/^From patchwork .*\n(?:.+\n)*Subject: /)
      }
    }
  })

  it('tells patches of several apart by what stands in their names', async () => {
    const { patches, total } = await get('/api/1.1/series/4/')
    patches.forEach(({ name }: Json, index: number) =>
      expect(name).toMatch(new RegExp(`[ ,[0]${index + 1}/${total}`)),
    )
  })

  it('looks for what asks for action, and for a mail by its id', async () => {
    await write('PATCH', 'patches/2/', { state: 'under-review' })
    await write('PATCH', 'patches/3/', { state: 'accepted' })
    const waiting = await getAll('patches', 'project=1&state=1&state=2&archived=false&')
    expect(waiting).toHaveLength(41)
    expect(waiting.map(({ id }) => id)).not.toContain(3)
    expect(await getAll('patches', 'project=1&delegate=1&state=1&state=2&archived=false&')).toEqual([])
    const id = encodeURIComponent('dim-v1-2@lanterna.example.org')
    expect(await get(`/api/patches/?msgid=${id}&project=1`)).toMatchObject([{ id: 2 }])
  })

  it('posts checks as forms, with its own number', async () => {
    const check = { state: 'success', target_url: 'https://ci.example.org/1', context: 'build_32bit' }
    const posted = await write('POST', 'patches/1/checks/', { user: '1', ...check, description: 'Link' })
    expect(posted.status).toBe(201)
    expect(await posted.json()).toMatchObject({ ...check, description: 'Link', user: { id: 1 } })
    expect((await write('POST', 'patches/1/checks/', { ...check, state: 'fail' })).status).toBe(201)
    expect(await get('/api/1.1/patches/1/')).toMatchObject({ check: 'fail' })
  })
})
