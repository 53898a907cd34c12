import { expect, it } from 'vitest'
import { insertChecks } from '../../../src/domain/checks/updates.js'
import { describePlace } from './page-support.js'

const PATCH = '/project/lamps/patch/1@x/'
const LIST = '/project/lamps/list/'
const CHECK = {
  user_id: 1,
  date: '2026-10-05T12:00:00',
  state: 1,
  target_url: 'https://ci.example.org/runs/1',
  description: 'it lights',
}

/** The cells of the table of checks, without markup. */
function checksIn(body: string): string[][] {
  const table = /<table class="list checks">[^]*?<\/table>/.exec(body)?.[0] ?? ''
  return [...table.matchAll(/<tr>([^]*?)<\/tr>/g)]
    .slice(1)
    .map(([, row = '']) =>
      [...row.matchAll(/<td>([^]*?)<\/td>/g)].map(([, cell = '']) => cell.replace(/<[^>]*>/g, '')),
    )
}

/** The patches of a list, by their numbers. */
function patchesIn(body: string): string[] {
  return [...body.matchAll(/patch\/(\d)@x\//g)].map(([, number = '']) => number)
}

describePlace('checks on pages', (place) => {
  const get = async (path: string) => (await place.visitor().get(path)).body

  it('are shown with where they lead, and with those that are gone or missing', async () => {
    const settings = '/project/lamps/settings/'
    const mira = await place.as('mira')
    const sent = { list_email: 'lamps@example.org', use_tags: 'on', required_contexts: 'build boot,lint' }
    expect((await mira.submit(settings, sent)).location).toBe(settings)
    expect((await mira.get(settings)).body).toContain('value="build, boot, lint"')
    expect((await mira.submit(settings, { ...sent, required_contexts: 'a/b' })).body).toContain(
      'A context is made of letters, digits, hyphens and underscores.',
    )
    await insertChecks(place.db, [{ id: 1, project_id: 1 }], { ...CHECK, context: 'build' })
    const pending = { ...CHECK, state: 0, context: 'boot', target_url: null, description: null }
    const expires = '2026-10-05T13:00:00'
    await insertChecks(place.db, [{ id: 1, project_id: 1 }], { ...pending, expires })
    expect(checksIn(await get(PATCH))).toEqual([
      ['mira/build', 'success', 'it lights', 'ci.example.org'],
      ['mira/boot', expect.stringMatching(/^pending until .*13:00/), 'None', ''],
      ['lint', 'missing', 'Required by the project', ''],
    ])
    place.clock += 2 * 60 * 60 * 1000
    expect(checksIn(await get(PATCH)).slice(1)).toEqual([
      ['mira/boot', expect.stringMatching(/^gone since .*13:00/), 'None', ''],
      ['boot', 'missing', 'Required by the project', ''],
      ['lint', 'missing', 'Required by the project', ''],
    ])
    const series = await get('/series/1/')
    expect(series).toContain('<b data-check="missing">boot, lint</b>')
  })

  it('filter lists of patches and series', async () => {
    await insertChecks(place.db, [{ id: 1, project_id: 1 }], { ...CHECK, context: 'build' })
    await insertChecks(place.db, [{ id: 2, project_id: 1 }], { ...CHECK, state: 3, context: 'build' })
    expect(new Set(patchesIn(await get(`${LIST}?view=patches&checks=success`)))).toEqual(new Set(['1']))
    expect(new Set(patchesIn(await get(`${LIST}?view=patches&checks=fail`)))).toEqual(new Set(['2']))
    expect(new Set(patchesIn(await get(`${LIST}?view=patches&checks=pending`)))).toEqual(new Set(['3']))
    expect(await get(`${LIST}?view=patches&checks=fail`)).toContain('<option value="fail" selected>')
    const none = await get(`${LIST}?view=patches&checks=nonsense`)
    expect(patchesIn(none)).toEqual([])
    expect(none).toContain('nonsense (unknown)')
    expect(new Set(patchesIn(await get(`${LIST}?view=series&checks=fail`)))).toEqual(new Set(['2']))
    expect(new Set(patchesIn(await get(`${LIST}?view=series&checks=success`)))).toEqual(new Set(['1']))
    expect(await get('/project/lamps/feed/patches/?checks=fail')).toContain('2@x')
    expect(await get('/project/lamps/feed/patches/?checks=fail')).not.toContain('1@x')
  })
})
