import { beforeEach, expect, it } from 'vitest'
import { ingest } from '../../src/ingest/ingest.js'
import { findParent } from '../../src/ingest/parent.js'
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
    [['<2@x>'], 'patch', 2],
    [['<re1@x>'], 'patch', 1],
    [['<0@x>'], 'cover', 1],
    [['<re0@x>'], 'cover', 1],
    [['<unknown@x>', '<re1@x>'], 'patch', 1],
    [['<2@x>', '<1@x>'], 'patch', 2],
    [['<1@x>', '<2@x>'], 'patch', 1],
    // A patch further away is meant rather than a cover nearby.
    [['<0@x>', '<1@x>'], 'patch', 1],
    [['<re0@x>', '<re1@x>'], 'patch', 1],
  ])('by %j', async (references, kind, id) => {
    const unknown = references.filter((msgid) => msgid === '<unknown@x>')
    expect(await findParent(fixture.db, project, references)).toEqual({ parent: { kind, id }, unknown })
  })

  it('is nothing where it is unknown, or of another project', async () => {
    expect((await findParent(fixture.db, project, [])).parent).toBeUndefined()
    expect((await findParent(fixture.db, project, ['<unknown@x>'])).parent).toBeUndefined()
    expect((await findParent(fixture.db, project + 1, ['<1@x>'])).parent).toBeUndefined()
  })
})
