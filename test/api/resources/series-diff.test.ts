import { expect, it } from 'vitest'
import { ingest } from '../../../src/ingest/ingest.js'
import { DIFF, mail } from '../../support/mail.js'
import { describeApi, NOW } from '../support.js'

const CHANGED = DIFF.replace('return 1', 'return 2')

describeApi('what changed between two series', (api) => {
  const post = async (id: string, prefix: string, diff: string) => {
    const from = 'Ola <ola@lanterna.example.org>'
    const body = `Light it.\n---\n lamp.c | 2 +-\n\n${diff}`
    const subject = `[${prefix}] lamps: light`
    await ingest(api.db, mail({ from, id, subject, body }), { now: new Date(`${NOW}Z`) })
  }

  it('lists each patch', async () => {
    await post('10@x', 'PATCH', DIFF)
    await post('11@x', 'PATCH v2', CHANGED)
    const [first, second] = (await api.ids('/series/?order=-id')).slice(0, 2).toReversed()
    const url = `/series/${first}/diff/${second}/`
    const { status, body } = await api.get(`${url}?creation_factor=300`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      pairs: [{ left: { msgid: '<10@x>' }, right: { msgid: '<11@x>' }, status: '!' }],
      truncated: false,
    })
    const text = await api.get(`${url}?format=text&creation_factor=300`)
    expect(text.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(text.body).toContain('1:  ------- ! 1:  ------- lamps: light\n')
    expect(text.body).toContain('\n    -+\treturn 1;\n    ++\treturn 2;\n')
    expect((await api.get(`/series/${first}/diff/${first}/`)).body.pairs[0].status).toBe('=')
    for (const version of ['1.0', '1.1', '1.2', '1.3'])
      expect((await api.get(`/api/${version}${url}`)).status).toBe(404)
  })

  it.each(['59', '1000', 'x', '-60', '60.5'])('is refused with the factor %s', async (factor) => {
    const { status, body } = await api.get(`/series/1/diff/1/?creation_factor=${factor}`)
    expect(status).toBe(400)
    expect(body).toEqual({ creation_factor: ['A whole number from 60 to 999 is required.'] })
  })

  it('needs two series of one project', async () => {
    expect((await api.get('/series/1/diff/99/')).status).toBe(404)
    expect((await api.get('/series/99/diff/1/')).status).toBe(404)
    const { status, body } = await api.get('/series/1/diff/2/')
    expect(status).toBe(400)
    expect(body).toEqual({ other_id: ['Both series must belong to the same project.'] })
  })
})
