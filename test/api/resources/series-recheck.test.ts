import { expect, it } from 'vitest'
import { insertChecker } from '../../../src/domain/projects/checkers.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { type MailOptions, mail, PATCH_BODY } from '../../support/mail.js'
import { type Api, describeApi, ID, NOW } from '../support.js'

const MIRA = 'Mira <mira@lanterna.example.org>'
const OLA = 'Ola <ola@lanterna.example.org>'

interface Requested {
  readonly actor: { id: number } | null
  readonly payload: { series: { id: number }; contexts: string[] }
}

async function requestsOf({ get }: Pick<Api, 'get'>): Promise<Requested[]> {
  return (await get('/events/?category=check-requested&order=id')).body
}

async function receive({ db }: Api, options: Partial<MailOptions> & { id: string; body: string }) {
  const reply = mail({ from: OLA, subject: 'Re: lamp 1', inReplyTo: '1@x', date: DATE, ...options })
  await ingest(db, reply, { now: new Date(`${NOW}Z`) })
}

/** Shortly before the server's clock. */
const DATE = 'Mon, 05 Oct 2026 11:00:00 +0000'

describeApi('a request for checks', (api) => {
  const request = (body: object, as: 'mira' | 'ola' | 'rolf' | 'una' = 'mira', series = 1) =>
    api.send(`POST /series/${series}/recheck/`, body, as)

  it('becomes an event, which is listed where it is named, and is audited', async () => {
    expect(await request({ contexts: ['build', 'lint', 'build'] })).toMatchObject({
      status: 201,
      body: { series: 1, contexts: ['build', 'lint'], date: '2026-10-05T12:00:00Z' },
    })
    expect(await request({}, 'ola')).toMatchObject({ status: 201, body: { contexts: [] } })
    expect(await requestsOf(api)).toMatchObject([
      { actor: { id: ID.mira }, payload: { series: { id: 1 }, contexts: ['build', 'lint'] } },
      { actor: { id: ID.ola }, payload: { series: { id: 1 }, contexts: [] } },
    ])
    const all = (await api.get('/events/?per_page=250')).body
    expect(all.filter(({ category }: { category: string }) => category === 'check-requested')).toEqual([])
    expect((await api.get('/api/1.3/events/?category=check-requested')).body).toEqual([])
    const [first] = await api.db.selectFrom('audit').selectAll().execute()
    expect(first).toMatchObject({ actor: 'mira', action: 'recheck', kind: 'series', name: '1', way: 'API' })
    expect(JSON.parse(first?.change ?? '')).toEqual({ contexts: { to: 'build, lint' } })
  })

  it('is for the submitter and for maintainers', async () => {
    for (const who of ['rolf', 'una'] as const) expect((await request({}, who)).status).toBe(403)
    await insertChecker(api.db, 1, ID.una)
    expect((await request({}, 'una')).status).toBe(403)
    expect((await request({}, 'mira', 99)).status).toBe(404)
    expect(await request({ contexts: ['a b'] })).toMatchObject({
      status: 400,
      body: { contexts: [expect.any(String)] },
    })
    expect((await api.send('POST /api/1.3/series/1/recheck/', {}, 'mira')).status).toBe(404)
    expect(await requestsOf(api)).toEqual([])
  })

  it('is refused when there were too many, for a while', async () => {
    for (let count = 0; count < 5; count++) expect((await request({})).status).toBe(201)
    const refused = await request({}, 'ola')
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': '3600' },
      body: { detail: 'The checks of a series are requested at most 5 times in an hour.' },
    })
    await receive(api, { id: 'r1@x', body: 'Recheck-request: build\n' })
    expect(await requestsOf(api)).toHaveLength(5)
    // Another series has a count of its own.
    expect((await request({}, 'rolf', 2)).status).toBe(201)
    api.setNow('2026-10-05T13:00:01')
    expect((await request({})).status).toBe(201)
  })

  it('comes by mail of the submitter and of maintainers, once', async () => {
    await receive(api, { id: 'r1@x', body: 'Sorry, noise.\n\nRecheck-request: build, lint\n' })
    await receive(api, { id: 'r1@x', body: 'Sorry, noise.\n\nRecheck-request: build, lint\n' })
    expect(await requestsOf(api)).toMatchObject([
      { actor: null, payload: { series: { id: 1 }, contexts: ['build', 'lint'] } },
    ])
    // The address of a maintainer is known by their account.
    await api.db.updateTable('people').set({ user_id: ID.mira }).where('email', 'like', 'mira@%').execute()
    await receive(api, { id: 'r2@x', from: MIRA, body: 'Recheck-request:\n', inReplyTo: '0@x' })
    await receive(api, { id: 'r3@x', from: 'Nobody <n@example.org>', body: 'Recheck-request: build\n' })
    await receive(api, { id: 'r4@x', body: '> Recheck-request: build\n\nNo.\n' })
    expect(await requestsOf(api)).toHaveLength(2)
    expect((await requestsOf(api))[1]).toMatchObject({ payload: { contexts: [] } })
    const [audited] = await api.db.selectFrom('audit').selectAll().execute()
    expect(audited).toMatchObject({ actor: 'mail', way: 'mail', action: 'recheck' })
    expect(audited?.change).toContain('ola@lanterna.example.org')
    // The reply is a comment all the same.
    expect((await api.get('/patches/1/comments/?order=id&per_page=250')).body.length).toBeGreaterThan(3)
  })

  it('is for the series of the cover letter that a reply answers, although that was sent in an older thread', async () => {
    const inThread = { inReplyTo: '1@x', references: '<1@x>' }
    await receive(api, { id: 'v2@x', subject: '[PATCH v2 0/1] lamps', ...inThread, body: 'One.' })
    await receive(api, {
      id: 'v2-1@x',
      subject: '[PATCH v2 1/1] lamp',
      inReplyTo: 'v2@x',
      references: '<1@x> <v2@x>',
      body: PATCH_BODY,
    })
    const [later] = (await api.get('/series/?order=-id')).body
    await receive(api, {
      id: 'r9@x',
      inReplyTo: 'v2@x',
      references: '<1@x> <v2@x>',
      body: 'Recheck-request: build\n',
    })
    expect(later).toMatchObject({ version: 2 })
    expect(await requestsOf(api)).toMatchObject([{ payload: { series: { id: later.id } } }])
  })

  it('of an old mail, such as in an archive, is ignored', async () => {
    await receive(api, {
      id: 'old@x',
      body: 'Recheck-request: build\n',
      date: 'Sat, 03 Oct 2026 11:00:00 +0000',
    })
    expect(await requestsOf(api)).toEqual([])
  })
})
