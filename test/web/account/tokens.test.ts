import { expect, it } from 'vitest'
import { findUserByToken, listTokens } from '../../../src/domain/tokens/queries.js'
import { findUser } from '../../../src/domain/users/queries.js'
import { describePlace } from '../patches/page-support.js'

const secretIn = (body: string) => /value="(pwt_[0-9a-f]{40})"/.exec(body)?.[1] ?? ''

describePlace('the tokens of an account', (place) => {
  const idOf = async (username: string) => (await findUser(place.db, username))?.id ?? 0

  it('are made, shown once, rotated and revoked', async () => {
    const visitor = await place.as('ola')
    const before = await visitor.submit('/user/generate-token/')
    const classic = /value="([0-9a-f]{40})"/.exec(before.body)?.[1] ?? ''
    await visitor.get('/user/tokens/')
    const fields = {
      name: 'CI <b>',
      'scope-checks': 'on',
      projects: 'lamps',
      contexts: 'build* lint',
      expires: '2027-06-30',
    }
    const made = await visitor.submit('/user/tokens/', fields)
    const secret = secretIn(made.body)
    expect(await findUserByToken(place.db, secret)).toMatchObject({
      user: { username: 'ola' },
      token: {
        name: 'CI <b>',
        scopes: ['checks'],
        projects: [1],
        contexts: ['build*', 'lint'],
        expires: '2027-06-30T00:00:00',
        madeBy: 'ola',
      },
    })
    const page = (await visitor.get('/user/tokens/')).body
    expect(page).toContain('<bdi>CI &lt;b></bdi>')
    expect(page).toContain('projects: lamps; contexts: build*, lint')
    expect(page).not.toContain(secret)
    const [token] = await listTokens(place.db, await idOf('ola'), { limit: 1, named: true })
    const rotated = await visitor.submit(`/user/tokens/${token?.id}/rotate/`)
    expect(secretIn(rotated.body)).not.toBe(secret)
    expect(await findUserByToken(place.db, secret)).toBeDefined()
    expect((await visitor.submit(`/user/tokens/${token?.id}/revoke/`)).location).toBe('/user/tokens/')
    expect(await findUserByToken(place.db, secret)).toBeUndefined()
    // The one without limits is made, replaced and revoked by itself.
    expect(await findUserByToken(place.db, classic)).toBeDefined()
    await visitor.submit('/user/revoke-token/')
    expect(await findUserByToken(place.db, classic)).toBeUndefined()
    expect(await findUserByToken(place.db, secretIn(rotated.body))).toBeDefined()
  })

  it('are refused with what is wrong, and the form keeps what was sent', async () => {
    const visitor = await place.as('ola')
    await visitor.get('/user/tokens/')
    const attempt = async (fields: Record<string, string>) => {
      const { status, body } = await visitor.submit('/user/tokens/', {
        name: 'ci',
        'scope-checks': 'on',
        ...fields,
      })
      expect(status).toBe(400)
      return body
    }
    expect(await attempt({ name: ' ' })).toContain('This must not be empty.')
    expect(await attempt({ 'scope-checks': '', projects: 'nowhere' })).toContain(
      'There is no project &quot;nowhere&quot;.',
    )
    expect(await attempt({ contexts: 'über' })).toContain('A context has letters, digits')
    for (const expires of ['2027-02-30', 'soon', '2026-01-01'])
      expect(await attempt({ expires })).toMatch(/A date is required|This is in the past/)
    expect(await attempt({ name: 'kept', expires: 'soon' })).toContain('value="kept"')
    expect(await listTokens(place.db, await idOf('ola'), { limit: 9 })).toEqual([])
  })

  it('of bots are made by the maintainers of their project, who make the bots too', async () => {
    const mira = await place.as('mira')
    const settings = '/project/lamps/settings/'
    await mira.get(settings)
    expect((await mira.submit(`${settings}checkers/`, { checker: 'nobody' })).body).toContain(
      'There is no user',
    )
    expect((await mira.submit(`${settings}checkers/`, { checker: 'ola' })).location).toBe(settings)
    expect((await mira.submit(`${settings}bots/`, { bot: 'two words' })).body).toContain(
      'A user name is made of',
    )
    expect((await mira.submit(`${settings}bots/`, { bot: 'lamp-bot' })).location).toBe(settings)
    expect((await mira.submit(`${settings}bots/`, { bot: 'lamp-bot' })).status).toBe(400)
    const bot = await idOf('lamp-bot')
    const path = `${settings}bots/${bot}/`
    expect((await mira.get(settings)).body).toContain(`href="${path}"`)
    await mira.get(path)
    const made = await mira.submit(path, { name: 'ci', 'scope-checks': 'on' })
    expect(await findUserByToken(place.db, secretIn(made.body))).toMatchObject({
      user: { username: 'lamp-bot', password: '!' },
      token: { projects: [1], madeBy: 'mira' },
    })
    const ola = await place.as('ola')
    expect((await ola.get(path)).status).toBe(404)
    await ola.get('/user/tokens/')
    expect((await ola.submit(path, { name: 'ci', 'scope-checks': 'on' })).status).toBe(404)
    // No password opens a bot, and no letter asks for one.
    const visitor = place.visitor()
    await visitor.get('/user/login/')
    expect((await visitor.submit('/user/login/', { username: 'lamp-bot', password: '!' })).status).toBe(403)
    expect((await mira.submit(`${settings}checkers/${bot}/remove/`)).location).toBe(settings)
    expect((await mira.submit(`${settings}checkers/${bot}/remove/`)).status).toBe(404)
  })
})
