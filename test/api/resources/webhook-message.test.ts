import { expect, it } from 'vitest'
import { encodeMessage, MAX_MESSAGE } from '../../../src/api/resources/webhook-message.js'
import { transaction } from '../../../src/db/transaction.js'
import { CATEGORIES } from '../../../src/domain/events/categories.js'
import {
  recordCheckRequest,
  recordLinks,
  recordSuperseded,
} from '../../../src/domain/series-events/updates.js'
import { composeMessage } from '../../../src/outbox/webhooks/message.js'
import { compile } from '../../support/validated.js'
import { type Api, describeApi, NOW } from '../support.js'

const BASE = 'https://pw.example.org'

describeApi('messages to webhooks', (api: Api) => {
  it('are as the document says, for every category', async () => {
    const { db } = api
    const document = (await api.app.inject('/api/schema.json')).json()
    expect(Object.keys(document.webhooks).toSorted()).toEqual(CATEGORIES.toSorted())
    await api.send('PATCH /patches/1/', { state: 'accepted', delegate: 1 }, 'mira')
    await api.send('PATCH /patches/1/', { related: [2] }, 'mira')
    await api.send('POST /patches/1/checks/', { state: 'success', context: 'build' }, 'mira')
    await transaction(db, async (db) => {
      const link = { project_id: 1, date: NOW, actor_id: 1, series_id: 1, other_id: null }
      await recordLinks(db, [{ ...link, reason: null }])
      await recordSuperseded(db, [{ ...link, other_id: 2 }], { id: 1, time: NOW })
      await recordCheckRequest(db, { project_id: 1, date: NOW, actor_id: 1, series_id: 1, contexts: 'build' })
    })
    const seen = new Set<string>()
    for (const [kind, table] of [
      ['event', 'events'],
      ['series-event', 'series_events'],
    ] as const)
      for (const { id, category } of await db.selectFrom(table).select(['id', 'category']).execute()) {
        const message = JSON.parse(String(await composeMessage(db, BASE, { kind, event_id: id })))
        const { schema } = document.webhooks[category].post.requestBody.content['application/json']
        const validate = compile(document, schema)
        expect([category, validate(message), validate.errors]).toEqual([category, true, null])
        expect(message.data.project).toEqual({
          id: expect.any(Number),
          url: expect.stringMatching(/^https:\/\/pw\.example\.org\/api\/1\.4\/projects\/\d\/$/),
          name: expect.any(String),
          link_name: expect.any(String),
          list_id: expect.any(String),
        })
        expect(JSON.stringify(message)).not.toContain('mira@')
        seen.add(category)
      }
    expect(CATEGORIES.filter((category) => !seen.has(category))).toEqual([])
  })

  it('tell of nothing that is not there', async () => {
    expect(await composeMessage(api.db, BASE, { kind: 'event', event_id: 999 })).toBeUndefined()
  })
})

it('stay short, whatever the names and message ids are', () => {
  const event = (name: string, msgid: string) => ({
    id: 1,
    category: 'patch-created',
    date: '2026-10-05T12:00:00Z',
    project: { id: 1, url: `${BASE}/api/1.4/projects/1/`, name, link_name: 'x', list_id: 'x', web_url: '' },
    actor: null,
    payload: {
      patch: { id: 7, url: `${BASE}/api/1.4/patches/7/`, msgid, mbox: `${BASE}/${msgid}`, name },
      current_state: 'new',
    },
  })
  const long = JSON.parse(String(encodeMessage(event('n'.repeat(10_000), 'm'.repeat(100)))))
  expect(long.data.payload.patch.name).toBe(`${'n'.repeat(300)}…`)
  expect(long.data.payload.patch.msgid).toHaveLength(100)
  const longer = encodeMessage(event('\u{1F4A1}'.repeat(10_000), '\u{1F4A1}'.repeat(10_000)))
  expect(longer.length).toBeLessThan(MAX_MESSAGE)
  expect(JSON.parse(String(longer))).toEqual({
    type: 'patch-created',
    timestamp: '2026-10-05T12:00:00Z',
    data: {
      id: 1,
      category: 'patch-created',
      date: '2026-10-05T12:00:00Z',
      project: { id: 1, url: `${BASE}/api/1.4/projects/1/` },
      actor: null,
      payload: { patch: { id: 7, url: `${BASE}/api/1.4/patches/7/` }, current_state: 'new' },
    },
  })
})
