import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inboxes } from '../../src/jobs/inboxes.js'
import { ArchiveRepository } from '../support/archive.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { mail } from '../support/mail.js'

const { signal } = new AbortController()

describeOnEach('the archives that are followed', (fixture) => {
  it('are read, each from where it was left', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-inboxes-'))
    const [first, second] = [join(folder, 'first'), join(folder, 'second')]
    const repository = await ArchiveRepository.create(join(first, 'git', '0.git'))
    await repository.add(mail())
    await ArchiveRepository.create(join(second, 'git', '0.git'))
    const context = contextOn(fixture, { environment: { PATCHWORK_INBOXES: `${first}, ${second}` } })
    expect(await inboxes.run(context, signal)).toBe('1 mails')
    expect(await inboxes.run(context, signal)).toBeUndefined()
  })
})
