import { expect, it } from 'vitest'
import { commandActor } from '../../../src/cli/audit.js'
import { getMail } from '../../../src/domain/mails/list.js'
import { journalMails } from '../../../src/receive/journal/journal.js'
import { processMails } from '../../../src/receive/journal/processor.js'
import { retryMail } from '../../../src/receive/journal/retry.js'
import { NotFound } from '../../../src/util/errors.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { mail } from '../../support/mail.js'

const NOW = new Date('2026-10-05T12:00:00Z')

describeOnEach('mail that is taken again', (fixture) => {
  const take = async () => {
    const entries = await journalMails(fixture.db, [{ bytes: mail(), source: 'pipe' }], NOW)
    await processMails(fixture.db, entries, NOW)
    return entries[0]?.id as number
  }

  it('finds the project that was made since', async () => {
    const id = await take()
    expect(await getMail(fixture.db, id)).toMatchObject({ outcome: 'ignored', project_id: null })
    const project = await addLamps(fixture.db)
    expect(await retryMail(fixture.db, commandActor(), id, NOW)).toMatchObject({ kind: 'patch', id: 1 })
    expect(await getMail(fixture.db, id)).toMatchObject({
      outcome: 'patch',
      reason: null,
      project_id: project,
      patch_id: 1,
    })
  })

  it('stays what it became if it was stored', async () => {
    await addLamps(fixture.db)
    const id = await take()
    expect(await retryMail(fixture.db, commandActor(), id, NOW)).toMatchObject({ kind: 'duplicate' })
    expect(await getMail(fixture.db, id)).toMatchObject({ outcome: 'patch', patch_id: 1 })
  })

  it('has to be in the journal', async () => {
    await expect(retryMail(fixture.db, commandActor(), 7, NOW)).rejects.toThrow(NotFound)
  })
})
