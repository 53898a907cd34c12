import { afterAll, expect, it, vi } from 'vitest'
import { insertDelegationRule } from '../../src/domain/projects/updates.js'
import { findDelegate } from '../../src/ingest/delegate.js'
import * as glob from '../../src/mail/glob.js'
import { parseMail } from '../../src/mail/parse.js'
import { addAccount } from '../support/accounts.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const matchesGlob = vi.spyOn(glob, 'matchesGlob')
afterAll(() => matchesGlob.mockRestore())

const FILES = 2000

describeOnEach('the rules of delegation', (fixture) => {
  it('are asked for no more files once two users are found', async () => {
    const { db } = fixture
    const project_id = await addLamps(db)
    const [mira, ola] = [await addAccount(db, 'mira'), await addAccount(db, 'ola')]
    await insertDelegationRule(db, { project_id, path: 'net/*', user_id: mira, priority: 1 })
    await insertDelegationRule(db, { project_id, path: 'fs/*', user_id: ola, priority: 0 })
    const asked = async (...folders: string[]) => {
      const names = Array.from({ length: FILES }, (_, index) => `${folders[index] ?? 'net'}/${index}.c`)
      const body = names.map((name) => `--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+b\n`).join('')
      const parsed = parseMail(mail({ body }))
      matchesGlob.mockClear()
      const delegate = await findDelegate(db, project_id, parsed)
      return [delegate, matchesGlob.mock.calls.length]
    }
    const [delegate, calls] = await asked()
    expect(delegate).toBe(mira)
    expect(calls).toBeGreaterThanOrEqual(FILES)
    const [nobody, few] = await asked('net', 'fs')
    expect(nobody).toBeUndefined()
    expect(few).toBeLessThanOrEqual(8)
    // A file that nobody has ends it as well.
    const [none, fewer] = await asked('doc')
    expect(none).toBeUndefined()
    expect(fewer).toBeLessThanOrEqual(4)
  })
})
