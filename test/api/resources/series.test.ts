import { expect, it } from 'vitest'
import { describeApi } from '../support.js'

describeApi(
  'series and covers',
  (api) => {
    it('show what they are made of', async () => {
      const { body } = await api.get('/series/1/')
      expect(body).toMatchObject({
        name: 'lamps: light them',
        total: 3,
        received_total: 3,
        received_all: true,
        cover_letter: { id: 1, msgid: '<0@x>' },
        patches: [{ id: 1 }, { id: 2 }, { id: 3 }],
      })
      expect(body).not.toHaveProperty('dependencies')
      expect(body).toMatchObject((await api.get('/series/')).body[0])
      expect((await api.get('/covers/1/')).body).toMatchObject({
        name: '[0/3] lamps: light them',
        series: [{ id: 1 }],
        content: 'Lamps for all.',
      })
      expect((await api.get('/series/9/')).status).toBe(404)
      expect((await api.get('/covers/9/')).status).toBe(404)
    })

    it.each([
      ['/series/?received_since=2026-10-05T12:00:00', [1, 2]],
      ['/series/?received_since=2026-10-05T12:00:00.5', []],
      ['/covers/?received_since=2026-10-05', [1]],
      ['/covers/?received_since=2026-10-06', []],
      ['/covers/?msgid=0@x', [1]],
      ['/covers/?msgid=%3C0@x%3E', [1]],
      ['/api/1.3/covers/?msgid=%3C0@x%3E', []],
      ['/api/1.3/series/?received_since=2027-01-01', [1, 2]],
      ['/series/?project=ropes', [2]],
      ['/series/?submitter=ola@lanterna.example.org&order=-id', [2, 1]],
      ['/covers/?series=1', [1]],
      ['/covers/?series=2', []],
      ['/covers/?series=2&series=1', [1]],
      ['/api/1.3/covers/?series=1&series=99', []],
    ])('are listed by %s', async (url, ids) => {
      expect(await api.ids(url)).toEqual(ids)
    })

    it.each(['series', 'covers'])('say that a time is none: %s', async (list) => {
      const { status, body } = await api.get(`/${list}/?received_since=2026`)
      expect(status).toBe(400)
      expect(body).toEqual({ received_since: [expect.stringMatching(/^A date, .*\.$/)] })
    })
  },
  'suite',
)
