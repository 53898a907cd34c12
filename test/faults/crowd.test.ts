import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Database } from '../../src/db/schema.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { splitMbox } from '../../src/mail/mbox/reader.js'
import { describeOnEach, makeDatabase } from '../support/database.js'
import { contentsOf } from './support/contents.js'
import { sendAll } from './support/lmtp.js'
import { ROUNDS } from './support/rounds.js'
import { Victim } from './support/victim.js'

const ARCHIVE = join(import.meta.dirname, '../../demo/archive.mbox')
const IMPORTERS = 4
const SERVERS = 2

async function addLanterna(db: Database): Promise<void> {
  const address = { list_id: 'lanterna-devel.example.org', list_email: 'lanterna-devel@example.org' }
  await insertProject(db, { link_name: 'lanterna', name: 'Lanterna', ...address })
}

/** All but the journal, which has each mail as often as it came. */
async function knowledgeOf(db: Database): Promise<object> {
  const { mails, raws, ...knowledge } = (await contentsOf(db)) as Record<string, object>
  expect(mails).not.toEqual([])
  expect(raws).not.toEqual([])
  return knowledge
}

async function startServer(url: string): Promise<{ server: Victim; address: string }> {
  const server = new Victim(url, ['serve', '--port', '0', '--lmtp', '127.0.0.1:0'])
  await server.line()
  return { server, address: ((await server.line()) ?? '').replace('Receiving mail by LMTP at ', '') }
}

describeOnEach(
  'two servers, four importers and a sender of LMTP at once',
  (fixture) => {
    it(`end where one importer alone does, ${ROUNDS} times`, async () => {
      await addLanterna(fixture.db)
      // Twice: an answer that the archive has before what it answers is understood the second time.
      for (let time = 0; time < 2; time++)
        expect(await new Victim(fixture.url, ['parsearchive', ARCHIVE]).end()).toBe(0)
      const orderly = await knowledgeOf(fixture.db)
      const mails: Buffer[] = []
      for await (const mail of splitMbox(createReadStream(ARCHIVE))) mails.push(Buffer.from(mail))
      for (let round = 0; round < ROUNDS; round++) {
        const { db, url } = await makeDatabase(fixture)
        await addLanterna(db)
        const servers = await Promise.all(Array.from({ length: SERVERS }, () => startServer(url)))
        const importers = Array.from({ length: IMPORTERS }, () => new Victim(url, ['parsearchive', ARCHIVE]))
        const address = servers[0]?.address ?? ''
        const sending = sendAll({ address }, mails)
        const codes = await Promise.all([...importers.map((importer) => importer.end()), sending])
        expect(codes.slice(0, IMPORTERS)).toEqual([0, 0, 0, 0])
        await Promise.all(servers.map(({ server }) => server.stop()))
        expect(await knowledgeOf(db)).toEqual(orderly)
        await db.destroy()
      }
    })
  },
  'suite',
)
