import { expect, it } from 'vitest'
import { describeDemo, MIRA } from '../../support/demo.js'

// oxlint-disable-next-line typescript/no-explicit-any -- what came is what the test is about
type Json = any

/**
 * The requests of the bot that makes pull requests of what is posted to bpf
 * (github.com/kernel-patches/kernel-patches-daemon, kernel_patches_daemon/patchwork.py).
 */
describeDemo('the bpf bot', (demo) => {
  const api = () => `${demo.server}/api/1.2/`

  async function get(path: string): Promise<Json> {
    return await (await fetch(new URL(path, api()))).json()
  }

  /** Follows `next`, and puts all parameters on its address again: each then stands there twice. */
  async function getAll(kind: string, parameters: readonly [string, string][]): Promise<Json[]> {
    const items: Json[] = []
    let path: string | undefined = `${kind}/`
    while (path) {
      const url: URL = new URL(path, api())
      for (const [name, value] of parameters) url.searchParams.append(name, value)
      const response: Response = await fetch(url)
      items.push(...(await response.json()))
      const links = response.headers.get('link')?.split(/, *(?=<)/) ?? []
      path = links.find((link) => link.endsWith('rel="next"'))?.match(/^<([^>]*)>/)?.[1]
    }
    return items
  }

  async function postCheck(patch: number, fields: Record<string, string>): Promise<Response> {
    const headers = { Authorization: `Token ${MIRA.token}` }
    const url = new URL(`patches/${patch}/checks/`, api())
    return await fetch(url, { method: 'POST', headers, body: new URLSearchParams(fields) })
  }

  it('finds what is to be tested: by number of state and of delegate, page by page', async () => {
    const ids = [4, 5, 7, 8, 9, 10, 11, 12]
    await demo.db.updateTable('patches').set({ delegate_id: 1 }).where('id', 'in', ids).execute()
    await demo.db.updateTable('patches').set({ archived: true }).where('id', '=', 12).execute()
    await demo.db.updateTable('patches').set({ state_id: 2 }).where('id', '=', 11).execute()
    const found = await getAll('patches', [
      ['archived', 'False'],
      ['state', '1'],
      ['state', '2'],
      ['since', '2026-10-01T00:00:00'],
      ['delegate', '1'],
      ['per_page', '3'],
    ])
    expect(found.map(({ id }) => id)).toEqual(ids.slice(0, -1))
    const series = new Set(found.flatMap(({ series: all }) => all.map(({ id }: Json) => id)))
    expect([...series]).toEqual([2, 4])
  })

  it('reads each series and each of its patches, and all of that name', async () => {
    const series = await get('series/4/')
    expect(series).toMatchObject({
      name: 'net: talk to the buoys',
      submitter: { email: 'yamada@toudai.example.com' },
      cover_letter: { name: '[0/5] net: talk to the buoys' },
    })
    for (const { id } of series.patches)
      expect(await get(`patches/${id}/`)).toMatchObject({
        id,
        project: { id: 1 },
        state: expect.any(String),
        date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
      })
    const versions = await getAll('series', [['q', 'net: talk to the buoys']])
    expect(versions.map(({ version }) => version)).toEqual([1, 2, 3])
    expect(await (await fetch(series.mbox)).text()).toMatch(/^From patchwork /)
  })

  it('posts a check where the newest of its context says something else', async () => {
    const newest = 'patches/1/checks/?context=vmtest-bpf&order=-date&per_page=1'
    expect(await get(newest)).toEqual([])
    const check = { context: 'vmtest-bpf', target_url: 'https://ci.example.org/1', description: 'Logs' }
    for (const state of ['pending', 'success']) {
      const posted = await postCheck(1, { ...check, state, status: 'completed', conclusion: state })
      expect(posted.status).toBe(201)
      expect(await get('patches/1/')).toMatchObject({ check: state })
    }
    const checks = await get('patches/1/checks/?context=vmtest-bpf&order=-id&per_page=1')
    expect(checks).toMatchObject([{ state: 'success', ...check }])
  })
})
