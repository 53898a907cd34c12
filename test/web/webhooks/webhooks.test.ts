import { expect, it } from 'vitest'
import { webhooksOf } from '../../../src/domain/webhooks/queries.js'
import { insertDelivery, insertHook } from '../../support/webhooks.js'
import { describePlace } from '../patches/page-support.js'

const PATH = '/project/lamps/settings/webhooks/'
const HOOK = 'https://93.184.216.34/hook?a=<b>'

const secretIn = (body: string) => /value="(whsec_[A-Za-z0-9+/]{32})"/.exec(body)?.[1] ?? ''

describePlace('the webhooks of a project', (place) => {
  it('are made, shown, changed and removed by maintainers, and a secret is shown once', async () => {
    const mira = await place.as('mira')
    await mira.get(PATH)
    const made = await mira.submit(PATH, { address: HOOK, active: 'on', 'category-check-created': 'on' })
    const secret = secretIn(made.body)
    expect(secret).not.toBe('')
    expect(await webhooksOf(place.db, 1)).toMatchObject([
      { address: HOOK, categories: ['check-created'], active: true, made_by: 'mira', user_id: 1 },
    ])
    const list = (await mira.get(PATH)).body
    expect(list).toContain('<bdi>https://93.184.216.34/hook?a=&lt;b></bdi>')
    expect(list).not.toContain(secret)
    expect((await mira.get('/project/lamps/settings/')).body).toContain('1 webhook')
    const page = (await mira.get(`${PATH}1/`)).body
    expect(page).toMatch(/name="category-check-created" value="on" checked/)
    expect(page).not.toContain(secret)
    expect((await mira.submit(`${PATH}1/`, { address: HOOK })).location).toBe(`${PATH}1/`)
    expect(await webhooksOf(place.db, 1)).toMatchObject([{ categories: null, active: false }])
    const rotated = secretIn((await mira.submit(`${PATH}1/rotate/`)).body)
    expect(rotated).not.toBe(secret)
    expect(rotated).not.toBe('')
    expect((await mira.submit(`${PATH}1/remove/`)).location).toBe(PATH)
    expect(await webhooksOf(place.db, 1)).toEqual([])
  })

  it('are refused with what is wrong, and the form keeps what was sent', async () => {
    const mira = await place.as('mira')
    await mira.get(PATH)
    const attempt = async (address: string) => {
      const { status, body } = await mira.submit(PATH, { address, 'category-patch-created': 'on' })
      expect(status).toBe(400)
      expect(body).toMatch(/name="category-patch-created" value="on" checked/)
      return body
    }
    expect(await attempt('http://10.0.0.1/<x>')).toContain('is in a private network')
    expect(await attempt('http://10.0.0.1/<x>')).toContain('value="http://10.0.0.1/&lt;x>"')
    expect(await attempt('nonsense')).toContain('A URL is required')
    expect(await attempt('https://a:b@93.184.216.34/')).toContain('must not have a user name')
    expect(await webhooksOf(place.db, 1)).toEqual([])
  })

  it('show what was sent, escaped, with a button to send it again', async () => {
    const { db } = place
    const id = await insertHook(db)
    await insertDelivery(db, id)
    await db
      .updateTable('webhook_deliveries')
      .set({ answer: '<script>alert(1)</script>', reason: 'The receiver answered 500.' })
      .execute()
    const failing = { failing_since: '2026-10-05T12:00:00', failures: 1, due: '2026-10-05T12:01:00' }
    await db
      .updateTable('webhooks')
      .set({ ...failing, reason: 'The receiver answered 500.' })
      .execute()
    const mira = await place.as('mira')
    const { body } = await mira.get(`${PATH}${id}/`)
    expect(body).toContain('&lt;script>alert(1)&lt;/script>')
    expect(body).toContain('failing')
    expect(body).toContain('The receiver answered 500.')
    const [delivery] = await db.selectFrom('webhook_deliveries').selectAll().execute()
    const sent = await mira.submit(`${PATH}${id}/deliveries/${delivery?.id}/resend/`)
    expect(sent.location).toBe(`${PATH}${id}/`)
    expect((await mira.get(`${PATH}${id}/`)).body).toContain('is sent again')
    expect((await mira.get('/project/lamps/settings/')).body).toContain('1 of them failed')
  })
})
