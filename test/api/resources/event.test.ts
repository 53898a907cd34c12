import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { connect } from '../../../src/db/connect.js'
import { transaction } from '../../../src/db/transaction.js'
import { insertEvents } from '../../../src/domain/events/updates.js'
import { type Api, describeApi, ID, NOW } from '../support.js'

interface Event {
  id: number
  category: string
}

/** Follows the events as a bot does, until `isOver` and nothing more comes; gives all numbers it has seen. */
async function follow(api: Api, isOver: () => boolean): Promise<number[]> {
  const seen: number[] = []
  for (;;) {
    const wasOver = isOver()
    const { body } = await api.get(`/events/?after=${seen.at(-1) ?? 0}&per_page=7`)
    seen.push(...body.map(({ id }: Event) => id))
    if (body.length === 0 && wasOver) return seen
    await sleep(1)
  }
}

/** Writes events as a process of its own does, in transactions that take a while after their first one. */
async function write(url: string, name: number): Promise<void> {
  const db = connect(url)
  const event = { category: 'patch-created', project_id: 1, patch_id: 1, date: NOW }
  for (let count = 0; count < 15; count++)
    await transaction(db, async (db) => {
      await insertEvents(db, [event])
      await sleep((name * 7 + count * 3) % 5)
      await insertEvents(db, [event])
    })
  await db.destroy()
}

describeApi('events', (api) => {
  it('are followed by number while others write, with none missed and none seen twice', async () => {
    let isOver = false
    const writing = Promise.all([1, 2, 3, 4].map((name) => write(api.url, name))).finally(() => {
      isOver = true
    })
    const seen = await follow(api, () => isOver)
    await writing
    const all = await api.db.selectFrom('events').select('id').orderBy('id').execute()
    expect(seen).toEqual(all.map(({ id }) => id))
    expect(seen.length).toBeGreaterThan(120)
  })

  it('are recorded by a transaction alone', async () => {
    await expect(
      insertEvents(api.db, [{ category: 'patch-created', project_id: 1, patch_id: 1, date: NOW }]),
    ).rejects.toThrow('transaction')
  })

  it('name who did it, and what it was before', async () => {
    await api.send('PATCH /patches/1/', { state: 'accepted', delegate: ID.mira }, 'ola')
    const { body } = await api.get('/events/?order=-id&per_page=2')
    expect(body).toMatchObject([
      { category: 'patch-delegated', actor: { username: 'ola' }, payload: { previous_delegate: null } },
      {
        category: 'patch-state-changed',
        actor: { username: 'ola' },
        payload: { patch: { id: 1 }, previous_state: 'new', current_state: 'accepted' },
      },
    ])
    // What changes nothing is no event.
    await api.send('PATCH /patches/1/', { state: 'accepted', delegate: ID.mira, archived: true }, 'ola')
    expect((await api.get('/events/?order=-id&per_page=2')).body).toEqual(body)
  })
})

describeApi(
  'lists of events',
  (api) => {
    it('are by number where a number is given, and otherwise the newest first', async () => {
      const { body: newest } = await api.get('/events/?per_page=3')
      const last: number = newest[0].id
      expect(newest.map(({ id }: Event) => id)).toEqual([last, last - 1, last - 2])
      expect(await api.ids('/events/?after=2&per_page=3')).toEqual([3, 4, 5])
      expect(await api.ids('/events/?after=2&per_page=3&page=2')).toEqual([6, 7, 8])
      expect(await api.ids(`/events/?after=2&order=-id&per_page=2`)).toEqual([last, last - 1])
      expect(await api.ids('/events/?order=id&per_page=2')).toEqual([1, 2])
      expect(await api.ids(`/events/?after=${last}`)).toEqual([])
      expect(await api.ids('/events/?after=9223372036854775808')).toEqual([])
      expect(await api.ids('/events/?after=&per_page=1')).toEqual([last])
    })

    it.each(['-1', '1.5', 'x', '0x1', '1 2'])('say that %s is no number to go on after', async (after) => {
      const { status, body } = await api.get(`/events/?after=${encodeURIComponent(after)}`)
      expect({ status, body }).toEqual({
        status: 400,
        body: { after: ['A whole number from 0 on is required.'] },
      })
    })

    it('know no order of numbers in older versions', async () => {
      const { body } = await api.get('/api/1.3/events/?per_page=3')
      expect(await api.ids('/api/1.3/events/?per_page=3&after=2&order=id')).toEqual(
        body.map(({ id }: Event) => id),
      )
    })

    it('hide the categories that came later', async () => {
      const categories = async (version: string) =>
        new Set((await api.get(`/api/${version}/events/`)).body.map(({ category }: Event) => category))
      expect(await categories('1.3')).toContain('patch-comment-created')
      expect(await categories('1.2')).not.toContain('patch-comment-created')
      expect(await api.ids('/api/1.2/events/?category=cover-comment-created')).toEqual([])
    })

    const of = async (query: string) =>
      (await api.get(`/events/?order=id&${query}`)).body.map(({ category }: Event) => category)

    it('are narrowed down by what they are about', async () => {
      expect(await of('cover=1')).toEqual(['cover-created', 'cover-comment-created'])
      expect(await of('project=ropes')).toEqual([
        'patch-created',
        'series-created',
        'patch-completed',
        'series-completed',
      ])
      expect(await of('patch=2')).toEqual(['patch-created', 'patch-completed'])
      expect(await of('actor=ola')).toEqual([])
    })
  },
  'suite',
)
