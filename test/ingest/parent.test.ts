import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { findParent, placesOfComments } from '../../src/ingest/parent.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { type MailOptions, mail } from '../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('what a reply is about', (fixture) => {
  let project: number

  beforeEach(async () => {
    project = await addLamps(fixture.db)
    const take = (options: MailOptions) => ingest(fixture.db, mail(options), { now: NOW })
    const inThread = { inReplyTo: '0@x', references: '<0@x>' }
    await take({ id: '0@x', subject: '[PATCH 0/2] all', body: 'Both.' })
    await take({ id: '1@x', subject: '[PATCH 1/2] one', ...inThread })
    await take({ id: '2@x', subject: '[PATCH 2/2] two', ...inThread })
    await take({ id: 're1@x', subject: 'Re: one', inReplyTo: '1@x', body: 'Hm.' })
    await take({ id: 're0@x', subject: 'Re: all', inReplyTo: '0@x', body: 'Hm.' })
  })

  it.each([
    [['<2@x>'], 'patch', 2, null],
    [['<re1@x>'], 'patch', 1, null],
    [['<0@x>'], 'cover', 1, null],
    [['<re0@x>'], 'cover', 1, null],
    [['<unknown@x>', '<re1@x>'], 'patch', 1, null],
    [['<2@x>', '<1@x>'], 'patch', 2, null],
    [['<1@x>', '<0@x>'], 'patch', 1, null],
    // It is stored with a patch further away rather than with the cover nearby that it answers.
    [['<0@x>', '<1@x>'], 'patch', 1, 1],
    [['<re0@x>', '<re1@x>'], 'patch', 1, 1],
    [['<unknown@x>', '<0@x>', '<1@x>'], 'patch', 1, 1],
  ])('by %j', async (references, kind, id, answeredCover) => {
    const unknown = references.filter((msgid) => msgid === '<unknown@x>')
    const parent = { kind, id, answeredCover }
    expect(await findParent(fixture.db, project, references)).toEqual({ parent, unknown })
  })

  it('is what a comment answers that it answers, in turn', async () => {
    const take = (options: MailOptions) => ingest(fixture.db, mail(options), { now: NOW })
    const [body, subject] = ['Hm.', 'Re: all']
    await take({ id: 'far@x', subject, inReplyTo: '0@x', references: '<1@x> <0@x>', body })
    await take({ id: 'farther@x', subject, inReplyTo: 'far@x', body })
    const place = { kind: 'patch', id: 1, answeredCover: 1 }
    expect((await findParent(fixture.db, project, ['<farther@x>'])).parent).toEqual(place)
    // Found again from their references alone, in whatever order they are, and although two name each other.
    await fixture.db.updateTable('patch_comments').set({ answered_cover_id: null }).execute()
    const comments = [
      { msgid: '<self@x>', references: ['<self@x>'] },
      { msgid: '<farther@x>', references: ['<far@x>'] },
      { msgid: '<far@x>', references: ['<0@x>', '<1@x>'] },
      { msgid: '<re1@x>', references: ['<1@x>'] },
      { msgid: '<none@x>', references: [] },
    ]
    const places = await placesOfComments(fixture.db, project, { kind: 'patch', id: 1 }, comments)
    expect([...places].map(([msgid, { answeredCover }]) => [msgid, answeredCover])).toEqual([
      ['<self@x>', null],
      ['<farther@x>', 1],
      ['<far@x>', 1],
      ['<re1@x>', null],
      ['<none@x>', null],
    ])
    const circle = [
      { msgid: '<farther@x>', references: ['<far@x>'] },
      { msgid: '<far@x>', references: ['<farther@x>'] },
    ]
    const around = await placesOfComments(fixture.db, project, { kind: 'patch', id: 1 }, circle)
    expect([...around.values()].map(({ answeredCover }) => answeredCover)).toEqual([null, null])
  })

  it('is nothing where it is unknown, or of another project', async () => {
    expect((await findParent(fixture.db, project, [])).parent).toBeUndefined()
    expect((await findParent(fixture.db, project, ['<unknown@x>'])).parent).toBeUndefined()
    expect((await findParent(fixture.db, project + 1, ['<1@x>'])).parent).toBeUndefined()
  })
})
