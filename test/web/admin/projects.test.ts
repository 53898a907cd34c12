import { expect, it } from 'vitest'
import { findProject, listDelegationRules } from '../../../src/domain/projects/queries.js'
import { updateProject } from '../../../src/domain/projects/updates.js'
import { rework } from '../../../src/jobs/recompute.js'
import { removal } from '../../../src/jobs/removal.js'
import { contextOn } from '../../support/context.js'
import { describePlace } from '../patches/page-support.js'
import { asAdministrator, trail } from './support.js'

const ROPES = {
  name: 'Ropes',
  link_name: 'ropes',
  list_id: 'ropes.example.org',
  list_email: 'ropes@example.org',
  use_tags: 'on',
}
const LAMPS = { list_email: 'lamps@example.org', use_tags: 'on' }

describePlace('projects', (place) => {
  it('are added by administrators, with what is wrong said beside each field', async () => {
    const visitor = await asAdministrator(place)
    const bad = { ...ROPES, link_name: 'a/b', subject_match: '(', web_url: 'javascript:alert(1)' }
    const refused = await visitor.submit('/admin/projects/add/', bad)
    expect(refused.status).toBe(400)
    expect(refused.body.match(/-error" class="problem"/g)).toHaveLength(3)
    expect((await visitor.submit('/admin/projects/add/', { ...ROPES, name: 'Lamps' })).status).toBe(400)
    expect((await visitor.submit('/admin/projects/add/', { ...ROPES, link_name: 'LAMPS' })).status).toBe(400)
    expect((await visitor.submit('/admin/projects/add/', ROPES)).location).toBe('/project/ropes/settings/')
    expect(await findProject(place.db, 'ropes')).toMatchObject({ list_id: 'ropes.example.org', use_tags: 1 })
    expect((await visitor.get('/admin/projects/')).body).toContain('ropes.example.org')
    expect(await trail(place.db)).toHaveLength(1)
  })

  it('are set up by those who maintain them, but for what they are known by', async () => {
    const visitor = await place.as('mira')
    expect((await (await place.as('ola')).get('/project/lamps/settings/')).status).toBe(403)
    expect((await visitor.get('/project/lamps/settings/')).body).not.toContain('name="link_name"')
    const sent = { ...LAMPS, web_url: 'https://lamps.example.org/', name: 'Mine', link_name: 'mine' }
    expect((await visitor.submit('/project/lamps/settings/', sent)).location).toBe('/project/lamps/settings/')
    expect(await findProject(place.db, 'lamps')).toMatchObject({ name: 'Lamps', web_url: sent.web_url })
    expect(await trail(place.db)).toEqual([
      'mira change project lamps {"web_url":{"from":"","to":"https://lamps.example.org/"}}',
    ])
    await visitor.submit('/project/lamps/settings/', sent)
    expect(await trail(place.db)).toHaveLength(1)
    expect((await visitor.get('/project/lamps/settings/')).body).toContain('Recent changes')
  })

  it('say what is wrong with a rule or a maintainer, and keep what was sent', async () => {
    const visitor = await place.as('mira')
    await place.db.updateTable('users').set({ is_active: 0 }).where('username', '=', 'rolf').execute()
    const settings = '/project/lamps/settings'
    const good = { path: 'drivers/*', delegate: 'mira', priority: '2' }
    for (const [change, words] of [
      [{ delegate: 'nobody' }, 'There is no user &#39;nobody&#39;.'],
      [{ delegate: 'rolf' }, 'The account of rolf is closed'],
      [{ priority: 'high' }, 'must be a whole number'],
      [{ path: 'x'.repeat(256) }, 'longer than 255'],
    ] as const) {
      const sent = { ...good, ...change }
      const { status, body } = await visitor.submit(`${settings}/rules/`, sent)
      expect(status).toBe(400)
      expect(body.replaceAll("'", '&#39;')).toContain(words)
      for (const value of Object.values(sent)) expect(body).toContain(`value="${value}"`)
    }
    const refused = await visitor.submit(`${settings}/maintainers/`, { maintainer: 'nobody' })
    expect(refused.status).toBe(400)
    expect(refused.body).toContain('value="nobody"')
    const project = await findProject(place.db, 'lamps')
    expect(await listDelegationRules(place.db, project?.id ?? 0)).toEqual([])
  })

  it('are changed though something of before is wrong', async () => {
    const { id } = (await findProject(place.db, 'lamps')) ?? { id: 0 }
    await updateProject(place.db, id, { webscm_url: 'javascript:alert(1)' })
    const visitor = await place.as('mira')
    const sent = { ...LAMPS, webscm_url: 'javascript:alert(1)', web_url: 'https://lamps.example.org/' }
    expect((await visitor.submit('/project/lamps/settings/', sent)).status).toBe(302)
    const worse = { ...sent, webscm_url: 'javascript:alert(2)' }
    expect((await visitor.submit('/project/lamps/settings/', worse)).status).toBe(400)
  })

  it('get and lose maintainers and delegation rules', async () => {
    const visitor = await place.as('mira')
    const settings = '/project/lamps/settings'
    await visitor.submit(`${settings}/maintainers/`, { maintainer: 'nobody' })
    await visitor.submit(`${settings}/maintainers/`, { maintainer: 'ola' })
    await visitor.submit(`${settings}/rules/`, { path: 'drivers/*', delegate: 'ola', priority: '2' })
    await visitor.submit(`${settings}/rules/`, { path: 'drivers/*', delegate: 'mira', priority: '1' })
    await visitor.submit(`${settings}/rules/`, { path: 'x', delegate: 'mira', priority: 'high' })
    const project = await findProject(place.db, 'lamps')
    expect(await listDelegationRules(place.db, project?.id ?? 0)).toMatchObject([
      { path: 'drivers/*', priority: 2 },
    ])
    const { body } = await visitor.get(`${settings}/`)
    const id = /maintainers\/(\d+)\/remove\/"[^§]*?Remove maintainer ola/.exec(
      body.split('<tr>').join('§'),
    )?.[1]
    await visitor.submit(`${settings}/maintainers/${id}/remove/`)
    await visitor.submit(`${settings}/rules/remove/`, { path: 'drivers/*' })
    expect((await visitor.submit(`${settings}/rules/remove/`, { path: 'drivers/*' })).status).toBe(404)
    expect(await trail(place.db)).toEqual([
      'mira add maintainer ola {}',
      'mira add delegation rule drivers/* {"delegate":{"to":"ola"},"priority":{"to":2}}',
      'mira remove maintainer ola {}',
      'mira remove delegation rule drivers/* {"delegate":{"from":"ola"},"priority":{"from":2}}',
    ])
  })

  it('keep their last maintainer, unless an administrator takes them away', async () => {
    const visitor = await place.as('mira')
    const path = '/project/lamps/settings/maintainers/1/remove/'
    expect((await visitor.submit(path)).location).toBe('/project/lamps/settings/')
    expect((await visitor.get('/project/lamps/settings/')).body).toContain(
      'mira is the last maintainer: add another one first.',
    )
    expect(await trail(place.db)).toEqual([])
    const administrator = await asAdministrator(place)
    await administrator.submit(path)
    expect(await trail(place.db)).toEqual(['rolf remove maintainer mira {}'])
    expect((await administrator.submit(path)).status).toBe(404)
  })

  it('have their tags counted again in the background, with how far it is', async () => {
    const visitor = await place.as('mira')
    await visitor.submit('/project/lamps/settings/rework/', { kind: 'retag' })
    const { body } = await visitor.get('/project/lamps/settings/')
    expect(body).toContain('0 of 3 patches')
    expect(body).toContain('counted the tags again of project')
    await visitor.submit('/project/lamps/settings/rework/', { kind: 'retag' })
    expect((await visitor.get('/project/lamps/settings/')).body).toContain('This is already running.')
    await rework.run(contextOn({ db: place.db, url: 'sqlite:x' }), new AbortController().signal)
    expect((await visitor.get('/project/lamps/settings/')).body).toContain('3 patches read')
  })

  it('notes what a setting was when it was changed, not when the form was read', async () => {
    const [mira, rolf] = [await place.as('mira'), await asAdministrator(place)]
    const settings = '/project/lamps/settings/'
    await Promise.all([
      mira.submit(settings, { ...LAMPS, web_url: 'https://one.example.org/' }),
      rolf.submit(settings, {
        ...LAMPS,
        name: 'Lamps',
        link_name: 'lamps',
        list_id: 'lamps.example.org',
        web_url: 'https://two.example.org/',
      }),
    ])
    const [first, second] = (await trail(place.db)).map((line) =>
      JSON.parse(line.split(' lamps ')[1] ?? '{}'),
    )
    expect(first.web_url.from).toBe('')
    expect(second.web_url.from).toBe(first.web_url.to)
  })

  it('are removed in the background, by whoever types their link name', async () => {
    const visitor = await asAdministrator(place)
    const { id } = (await findProject(place.db, 'lamps')) ?? { id: 0 }
    await visitor.submit(`/admin/projects/${id}/remove/`, { confirm: 'lamp' })
    expect((await findProject(place.db, 'lamps'))?.removed).toBe(null)
    const answer = await visitor.submit(`/admin/projects/${id}/remove/`, { confirm: 'lamps' })
    expect(answer.location).toBe('/admin/projects/')
    expect((await visitor.get('/admin/projects/')).body).toContain('is being removed')
    expect((await visitor.submit('/project/lamps/settings/', LAMPS)).status).toBe(409)
    const context = contextOn({ db: place.db, url: 'sqlite:x' })
    await removal.run(context, new AbortController().signal)
    expect(await findProject(place.db, 'lamps')).toBe(undefined)
    expect(await trail(place.db)).toEqual(['rolf remove project lamps {}'])
    expect((await visitor.get('/admin/audit/')).body).toContain('lamps')
  })
})
