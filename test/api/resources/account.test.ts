import { expect, it } from 'vitest'
import { describeApi, ID } from '../support.js'

describeApi('accounts', (api) => {
  it('are shown to those who have logged in', async () => {
    for (const url of ['/users/', '/users/1/', '/people/', '/people/1/'])
      expect(await api.get(url)).toMatchObject({ status: 404 })
    expect(await api.ids('/users/', 'una')).toEqual([1, 2, 3, 4])
    expect(await api.ids('/users/?q=RO', 'una')).toEqual([ID.rolf])
    expect((await api.get('/people/1/', 'una')).body).toMatchObject({
      name: 'Ola',
      user: { username: 'ola' },
    })
    expect((await api.get('/people/2/', 'una')).body).toMatchObject({ name: 'Mira', user: null })
    expect((await api.get('/people/9/', 'una')).status).toBe(404)
  })

  it('show their settings to themselves alone, since 1.2', async () => {
    const settings = { send_email: false, items_per_page: 100, show_ids: false }
    expect((await api.get(`/users/${ID.una}/`, 'una')).body.settings).toEqual(settings)
    expect((await api.get(`/users/${ID.una}/`, 'mira')).body).not.toHaveProperty('settings')
    expect((await api.get(`/api/1.1/users/${ID.una}/`, 'una')).body).not.toHaveProperty('settings')
  })

  it('are changed by themselves alone', async () => {
    const change = { first_name: 'Una', email: 'x@y', username: 'x', settings: { show_ids: true } }
    expect(await api.send(`PATCH /users/${ID.una}/`, change, 'una')).toMatchObject({
      status: 200,
      body: { first_name: 'Una', username: 'una', settings: { show_ids: true, items_per_page: 100 } },
    })
    expect((await api.send(`PATCH /users/${ID.una}/`, change, 'mira')).status).toBe(403)
    expect((await api.send(`PATCH /users/${ID.una}/`, change)).status).toBe(403)
    expect((await api.send('PATCH /users/99/', change, 'mira')).status).toBe(404)
  })

  it('say what is wrong within their settings', async () => {
    const settings = { items_per_page: -1, show_ids: 'perhaps' }
    expect(await api.send(`PATCH /users/${ID.una}/`, { settings }, 'una')).toMatchObject({
      status: 400,
      body: {
        settings: {
          items_per_page: ['Ensure this value is greater than or equal to 0.'],
          show_ids: ['Must be a valid boolean.'],
        },
      },
    })
  })
})
