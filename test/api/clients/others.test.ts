import { expect, it } from 'vitest'
import { describeDemo, MIRA } from '../../support/demo.js'

// oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
type Json = any

const AS_MIRA = { Authorization: `Token ${MIRA.token}` }

/** Habits of smaller clients that are widely used. */
describeDemo('other clients', (demo) => {
  const get = async (path: string): Promise<Json> => await (await fetch(demo.server + path)).json()

  async function multipart(method: string, path: string, fields: Record<string, string>): Promise<Response> {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    return await fetch(demo.server + path, { method, headers: AS_MIRA, body })
  }

  /** ltp's tools/patchwork-ci: `curl -G` with parameters that nobody knows, `curl -F` to write. */
  it('asks for events with unknown parameters, and writes by multipart forms', async () => {
    const query = 'category=series-completed&project=lanterna&state=new&since=2026-11-20T08:30:00Z&archive=no'
    const events = await get(`/api/events/?${query}`)
    expect(events).toHaveLength(16)
    expect(events[0].payload.series).toMatchObject({ id: 16, mbox: `${demo.server}/series/16/mbox/` })
    const patches = await get('/api/patches/?project=lanterna&series=2')
    expect(patches.map(({ id }: Json) => id)).toEqual([4, 5])
    for (const { id } of patches) {
      expect((await multipart('PATCH', `/api/patches/${id}/`, { state: 'under-review' })).status).toBe(200)
      const check = {
        state: 'fail',
        context: 'ltp_gcc',
        target_url: 'https://ci.example.org/',
        description: 'cancelled',
      }
      expect(await (await multipart('POST', `/api/patches/${id}/checks/`, check)).json()).toMatchObject(check)
      expect(await get(`/api/patches/${id}/`)).toMatchObject({ state: 'under-review', check: 'fail' })
    }
  })

  /** The bot of kernel.org that says on the list what was applied. */
  it('finds what was applied by its hash, and says so with a form', async () => {
    const { hash } = await get('/api/1.2/patches/6/')
    const found = await get(`/api/1.2/patches?project=lanterna&archived=false&state=new&hash=${hash}`)
    expect(found).toMatchObject([{ id: 6, series: [{ id: 3 }] }])
    const form = [
      ['state', 'accepted'],
      ['commit_ref', 'a'.repeat(40)],
      ['archived', 'True'],
    ]
    const body = new URLSearchParams(form)
    const answer = await fetch(`${demo.server}/api/1.2/patches/6/`, {
      method: 'PATCH',
      headers: AS_MIRA,
      body,
    })
    expect(await answer.json()).toMatchObject({
      state: 'accepted',
      commit_ref: 'a'.repeat(40),
      archived: true,
    })
  })

  /** b4 counts so: a page of one row, and the number of the last. */
  it('counts by asking for pages of one row', async () => {
    const response = await fetch(`${demo.server}/api/1.2/patches/?project=lanterna&per_page=1`)
    const last = /<[^>]*[?&]page=(\d+)[^>]*>; rel="last"/.exec(response.headers.get('link') ?? '')
    expect(last?.[1]).toBe('42')
  })

  /** Whoever builds addresses from the index, in whatever way. */
  it('builds addresses from the index, with and without the slash', async () => {
    const { patches } = await get('/api/')
    expect(patches).toBe(`${demo.server}/api/patches/`)
    for (const address of [`${patches}5/`, `${patches}5`])
      expect(await (await fetch(address)).json()).toMatchObject({ id: 5 })
  })
})
