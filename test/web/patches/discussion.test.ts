import { expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { transaction } from '../../../src/db/transaction.js'
import type { Parent } from '../../../src/domain/comments/queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { PAGE_SIZE, pageOfComment, readDiscussion } from '../../../src/web/patches/discussion.js'
import { describeOnEach } from '../../support/database.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

const PARENT: Parent = { kind: 'patch', id: 1 }

interface Reply {
  id: string
  to: string
  body?: string
}

async function fill(db: Database, replies: readonly Reply[]): Promise<void> {
  await insertProject(db, {
    link_name: 'lamps',
    name: 'Lamps',
    list_id: 'lamps.example.org',
    list_email: 'l@x',
  })
  await transaction(db, async (db) => {
    await ingest(db, mail({ id: 'patch@x' }), { now: NOW })
    for (const { id, to, body = 'yes' } of replies)
      await ingest(db, mail({ id: `${id}@x`, subject: 'Re: lamp', inReplyTo: `${to}@x`, body }), {
        now: NOW,
      })
  })
}

/** Replies of which each answers the one before; two of them are more than a page. */
function branch(name: string): Reply[] {
  return Array.from({ length: PAGE_SIZE / 2 + 1 }, (_, index) => ({
    id: `${name}-${index}`,
    to: index === 0 ? 'patch' : `${name}-${index - 1}`,
  }))
}

describeOnEach('a discussion', (fixture) => {
  it('is empty where nobody has said anything', async () => {
    await fill(fixture.db, [])
    expect(await readDiscussion(fixture.db, PARENT, 1)).toMatchObject({
      total: 0,
      page: 1,
      pages: 1,
      comments: [],
    })
  })

  it('goes along its threads from page to page', async () => {
    const { db } = fixture
    const [a, b] = [branch('a'), branch('b')]
    // They come in turn.
    await fill(
      db,
      a.flatMap((reply, index) => [reply, b[index] as Reply]),
    )
    const first = await readDiscussion(db, PARENT, 1)
    expect(first).toMatchObject({ total: PAGE_SIZE + 2, pages: 2, isThreaded: true })
    expect(first.comments.map(({ msgid }) => msgid).slice(0, a.length)).toEqual(
      a.map(({ id }) => `<${id}@x>`),
    )
    expect(first.comments[a.length]).toMatchObject({ msgid: '<b-0@x>', depth: 0 })
    const second = await readDiscussion(db, PARENT, 99)
    expect(second).toMatchObject({
      page: 2,
      comments: [{ msgid: '<b-99@x>', depth: 99 }, { msgid: '<b-100@x>' }],
    })
    expect(await pageOfComment(db, PARENT, second.comments[0]?.id ?? 0)).toBe(2)
    expect(await pageOfComment(db, PARENT, first.comments[0]?.id ?? 0)).toBe(1)
  })

  it('shows the beginning of what is too long for a page', async () => {
    const long = 'word\n'.repeat(50_000)
    await fill(fixture.db, [
      { id: 'a', to: 'patch', body: long },
      { id: 'b', to: 'patch', body: long },
      { id: 'c', to: 'patch' },
    ])
    const { comments } = await readDiscussion(fixture.db, PARENT, 1)
    expect(comments.map(({ text, isCut }) => [text.length, isCut])).toEqual([
      [100_000, true],
      [100, true],
      [3, false],
    ])
  })

  it('says of a comment whose headers and text are too long to be read that there is more', async () => {
    await fill(fixture.db, [{ id: 'a', to: 'patch', body: 'x'.repeat(300_000) }])
    const { comments } = await readDiscussion(fixture.db, PARENT, 1)
    expect(comments.map(({ text, isCut, bytes }) => [text.length, isCut, bytes])).toEqual([
      [200_000, true, 300_000],
    ])
  })
})
