import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { insertDemo } from '../support/demo.js'

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describeOnEach('a null character', (fixture) => {
  it('is refused in every address and form, before anything is looked up', async () => {
    await insertDemo(fixture.db)
    const app = await buildApp(contextOn(fixture))
    for (const url of [
      '/project/%00/list/',
      '/project/lanterna/list/?q=%00',
      '/project/lanterna/list/?%00=1',
      '/project/lanterna/patch/a%00b/',
      '/project/lanterna/patch/a%00b/mbox/',
      '/patch/%00/',
      '/bundle/mira/%00/',
      '/series/%00/mbox/',
      '/submitter/?q=%00',
      '/nowhere/%00/',
      '/?x=a%00',
      '/help/%00/',
    ]) {
      const { statusCode, body } = await app.inject({ url })
      expect([url, statusCode]).toEqual([url, 400])
      expect(body).toContain('Null characters are not allowed.')
    }
    const path = await app.inject({ url: '/api/patches/%00/' })
    expect([path.statusCode, path.json()]).toEqual([400, ['Null characters are not allowed.']])
    const query = await app.inject({ url: '/api/patches/?q=%00' })
    expect([query.statusCode, query.json()]).toEqual([400, ['Null characters are not allowed.']])
    for (const url of ['/login/', '/register/', '/project/lanterna/list/', '/theme/']) {
      const { statusCode } = await app.inject({
        method: 'POST',
        url,
        headers: FORM,
        payload: 'username=a%00b',
      })
      expect([url, statusCode]).toEqual([url, 400])
    }
    await app.close()
  })

  it('stays as it is written where it was encoded twice', async () => {
    await insertDemo(fixture.db)
    const app = await buildApp(contextOn(fixture))
    for (const url of [
      '/project/lanterna/patch/a%2500b/',
      '/project/lanterna/patch/a%2500b/mbox/',
      '/bundle/mira%2500/x/',
      '/bundle/mira/%2500/',
      '/project/%2500/',
    ])
      expect([url, (await app.inject({ url })).statusCode]).toEqual([url, 404])
    await app.close()
  })
})
