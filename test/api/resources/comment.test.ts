import { expect, it } from 'vitest'
import { describeApi } from '../support.js'

describeApi('comments', (api) => {
  it('are listed with what they say', async () => {
    const { body } = await api.get('/patches/1/comments/')
    expect(body).toMatchObject([
      {
        id: 1,
        url: 'https://pw.example.org/api/patches/1/comments/1/',
        web_url: 'https://pw.example.org/comment/1/',
        list_archive_url: 'https://lists.example.org/5@x',
        msgid: '<5@x>',
        subject: 'Re: lamp 1',
        content: 'Why?',
        addressed: null,
      },
      { id: 2, content: 'Dark.' },
    ])
    expect((await api.get('/covers/1/comments/')).body).toMatchObject([{ id: 1, content: 'Nice.' }])
    expect((await api.get('/patches/1/comments/1/')).body).toEqual(body[0])
    expect((await api.get('/patches/2/comments/1/')).status).toBe(404)
    expect((await api.get('/api/1.0/patches/1/comments/')).status).toBe(404)
    expect((await api.get('/api/1.2/patches/1/comments/1/')).status).toBe(404)
    expect((await api.get('/api/1.2/patches/1/comments/')).body[0]).not.toHaveProperty('addressed')
  })

  it.each([
    ['true', true],
    ['false', false],
    ['null', null],
  ])('are said to be addressed: %s', async (written, addressed) => {
    for (const body of [{ addressed }, `addressed=${written}`]) {
      const answer = await api.send('PATCH /patches/1/comments/1/', body, 'ola')
      expect(answer).toMatchObject({ status: 200, body: { addressed } })
    }
    const cover = await api.send('PATCH /covers/1/comments/1/', { addressed }, 'mira')
    expect(cover.body).toMatchObject({ addressed })
  })

  const count = async () => ((await api.get('/events/?per_page=250')).body as unknown[]).length

  it('tell nothing where nothing changes', async () => {
    for (const path of ['patches', 'covers'])
      for (const body of [{ addressed: true }, { addressed: null }]) {
        const one = `PATCH /${path}/1/comments/1/`
        expect((await api.send(one, body, 'mira')).status).toBe(200)
        const before = await count()
        for (const same of [{}, body, { ...body, content: 'x' }])
          expect((await api.send(one, same, 'mira')).body).toMatchObject(body)
        expect(await count()).toBe(before)
      }
  })

  it('tell of it by an event', async () => {
    await api.send('PATCH /covers/1/comments/1/', { addressed: true }, 'mira')
    const [event] = (await api.get('/events/?order=-id&per_page=1')).body
    expect(event).toMatchObject({ category: 'cover-comment-created', payload: { comment: { id: 1 } } })
  })

  it('are changed by few, and replaced by none', async () => {
    const body = { addressed: true }
    expect((await api.send('PATCH /patches/1/comments/1/', body)).status).toBe(403)
    expect((await api.send('PATCH /patches/1/comments/1/', body, 'una')).status).toBe(403)
    expect((await api.send('PATCH /patches/1/comments/9/', body, 'mira')).status).toBe(404)
    expect(await api.send('PATCH /patches/1/comments/1/', { addressed: 'x' }, 'mira')).toMatchObject({
      status: 400,
      body: { addressed: ['Must be a valid boolean.'] },
    })
    expect((await api.get('/patches/1/comments/1/')).body.addressed).toBeNull()
  })
})
