import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import { importArchiveFile } from '../../src/receive/archive/archive.js'
import { ArchiveThread } from '../../src/receive/archive/import-thread.js'
import type { Processed } from '../../src/receive/journal/processor.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const SCRIPT = new URL('./stalling-import-worker.mjs', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'patchwork-import-thread-'))
afterAll(() => rmSync(folder, { recursive: true }))

describeOnEach('an import whose thread is kept by a mail', (fixture) => {
  beforeEach(async () => {
    await addLamps(fixture.db)
  })

  it.each(['X-Stall', 'X-Exit'])(
    'goes on by another, and reads that mail from the journal: %s',
    async (header) => {
      const mails = ['1@x', '2@x', '3@x', '4@x', '5@x', '6@x', '7@x'].map((id) => mail({ id }).toString())
      const path = join(folder, header)
      writeFileSync(
        path,
        mails.map((text, index) => (index === 3 ? `${header}: yes\n${text}` : text)).join('\0'),
      )
      const processed: Processed[] = []
      const thread = new ArchiveThread({ script: SCRIPT, timeout: 500 })
      thread.open(path)
      const options = { onRead: () => {}, now: () => new Date() }
      for await (const each of importArchiveFile(fixture.db, thread, options)) processed.push(each)
      await thread.close()
      const kinds = processed.map((each) => (each.kind === 'failed' ? each.reason : each.kind))
      const byThread = 'read by the thread'
      // What was sealed and not read when the thread was replaced is read from the journal; the rest by the next one.
      expect(kinds.slice(0, 4)).toEqual([byThread, byThread, 'patch', 'patch'])
      expect(kinds).toHaveLength(7)
      expect(kinds.slice(4).every((kind) => kind === byThread || kind === 'patch')).toBe(true)
      expect(await fixture.db.selectFrom('mails').select('id').execute()).toHaveLength(7)
    },
  )
})
