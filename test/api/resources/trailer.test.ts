import { beforeAll, expect, it } from 'vitest'
import { transaction } from '../../../src/db/transaction.js'
import { moveComment } from '../../../src/domain/comments/updates.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { retag } from '../../../src/ingest/recompute.js'
import { mail } from '../../support/mail.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { describeApi, NOW } from '../support.js'

stopClock()

const IDA = 'Ida Rower <ida@example.org>'
const OTTO = 'Otto Oar <otto@example.org>'

describeApi(
  'the trailers of a patch',
  (api) => {
    const reply = async (id: string, to: string, from: string, body: string) => {
      const bytes = mail({ id, from, subject: 'Re: x', inReplyTo: to, references: `<${to}>`, body })
      return await ingest(api.db, bytes, { now: new Date(`${NOW}Z`), listId: 'lamps.example.org' })
    }
    const trailers = async (patch: number) => (await api.get(`/patches/${patch}/trailers/`)).body
    const named = async (patch: number) =>
      (await trailers(patch)).map(
        ({
          kind,
          person,
          via,
          reason,
        }: {
          kind: string
          person: { email: string }
          via: string
          reason: string
        }) => [kind, person.email.split('@')[0], via, reason].join(' '),
      )
    const counts = async (patch: number) =>
      (
        await api.db
          .selectFrom('patch_tags as c')
          .innerJoin('tags as t', 't.id', 'c.tag_id')
          .select(['t.abbrev', 'c.count'])
          .where('patch_id', '=', patch)
          .orderBy('t.id')
          .execute()
      )
        .map(({ abbrev, count }) => `${abbrev}${count}`)
        .join()
    let before: string

    beforeAll(async () => {
      before = await counts(2)
      await reply(
        't1@x',
        '2@x',
        IDA,
        `> Acked-by: ${OTTO}\n\n  Reviewed-by: Ida Rower\n  <ida@example.org>\n`,
      )
      await reply('t2@x', 't1@x', OTTO, `Tested-by: ${OTTO} # on oars\nAcked-by: ${IDA}\n`)
      await reply('t3@x', '0@x', OTTO, `Acked-by: ${OTTO} for patches 2-3\n`)
      await reply('t4@x', '0@x', IDA, `Tested-by: ${IDA}\n`)
    })

    it('are those of replies and of replies to the cover letter, with who gave them and where', async () => {
      const own = (await named(2)).filter((each: string) => each.includes(' patch '))
      expect((await named(2)).filter((each: string) => !own.includes(each))).toEqual([
        'Reviewed-by ida reply ',
        'Tested-by otto reply ',
        'Acked-by ida reply other-address',
        'Acked-by otto cover ',
        'Tested-by ida cover ',
      ])
      expect(own).toEqual(['Signed-off-by mira patch '])
      const tested = (await trailers(2)).find(
        ({ mail: { msgid } }: { mail: { msgid: string } }) => msgid === '<t2@x>',
      )
      expect(tested).toMatchObject({
        kind: 'Tested-by',
        value: OTTO,
        person: { name: 'Otto Oar', email: 'otto@example.org' },
        via: 'reply',
        counted: true,
        reason: null,
      })
      expect((await api.get(tested.mail.url.replace('https://pw.example.org', ''))).body.msgid).toBe('<t2@x>')
    })

    it('are for the patches that a reply names', async () => {
      expect(await named(1)).not.toContain('Acked-by otto cover ')
      expect(await named(1)).toContain('Tested-by ida cover ')
      expect(await named(3)).toContain('Acked-by otto cover ')
    })

    it('are counted by kind and person for the columns of lists', async () => {
      expect(before).toBe('')
      expect(await counts(2)).toBe('A1,R1,T2')
      expect(await counts(3)).toBe('A1,T1')
      const shown = await api.app.inject('/project/lamps/patch/2@x/')
      expect(shown.body).toContain('not counted: sent from another address')
      expect(shown.body).toMatch(/Acked-by<\/bdi>: <bdi title="otto@example.org">Otto Oar/)
    })

    it('are the same once all is read again', async () => {
      const all = [await trailers(1), await trailers(2), await trailers(3)]
      expect(await retag(api.db)).toBe(0)
      await api.db.deleteFrom('trailers').execute()
      await api.db.deleteFrom('patch_tags').execute()
      expect(await retag(api.db)).toBe(3)
      expect([await trailers(1), await trailers(2), await trailers(3)]).toEqual(all)
      expect(await counts(2)).toBe('A1,R1,T2')
    })

    it('go with a comment that moves', async () => {
      const { id } = await api.db
        .selectFrom('patch_comments')
        .select('id')
        .where('msgid', '=', '<t1@x>')
        .executeTakeFirstOrThrow()
      const move = async (from: number, to: number) => {
        await transaction(api.db, (db) =>
          moveComment(db, { kind: 'patch', id: from }, { kind: 'patch', id: to, answeredCover: null }, id),
        )
      }
      await move(2, 3)
      expect([await counts(2), await counts(3)]).toEqual(['A1,T2', 'A1,R1,T1'])
      await move(3, 2)
      expect(await counts(2)).toBe('A1,R1,T2')
    })

    it('are added to mboxes as b4 does with ?trailers=b4', async () => {
      const { headers } = await api.app.inject('/patch/2/mbox/')
      const { body } = await api.app.inject(`${String(headers.location)}?trailers=b4`)
      const message = body.slice(body.indexOf('\n\n') + 2, body.indexOf('\n---\n'))
      expect(message.split('\n\n').at(-1)?.split('\n').slice(1)).toEqual([
        `Reviewed-by: ${IDA}`,
        `Tested-by: ${OTTO} # on oars`,
        `Acked-by: ${OTTO} for patches 2-3`,
        `Tested-by: ${IDA}`,
      ])
      const series = (await api.app.inject('/series/1/mbox/?trailers=b4')).body
      expect(series.match(/^Tested-by: Ida/gm)).toHaveLength(3)
      for (const query of ['trailers=b5', 'trailers=', 'trailers=b4&tags=0'])
        expect((await api.app.inject(`/series/1/mbox/?${query}`)).statusCode).toBe(400)
    })

    it('are those of replies to its own cover letter, although these are stored with an older patch', async () => {
      const later = async (id: string, subject: string, to: string, references: string, body?: string) => {
        const bytes = mail({ id, subject, inReplyTo: to, references, ...(body && { body }) })
        await ingest(api.db, bytes, { now: new Date(`${NOW}Z`), listId: 'lamps.example.org' })
      }
      const known = await named(2)
      await later('v3c@x', '[PATCH v3 0/1] oars', '2@x', '<2@x>', 'One.')
      await later('v3p@x', '[PATCH v3 1/1] oars: two', 'v3c@x', '<2@x> <v3c@x>')
      const bytes = mail({
        id: 't5@x',
        from: IDA,
        subject: 'Re: [PATCH v3 0/1] oars',
        inReplyTo: 'v3c@x',
        references: '<2@x> <v3c@x>',
        body: `Acked-by: ${IDA}\n`,
      })
      await ingest(api.db, bytes, { now: new Date(`${NOW}Z`), listId: 'lamps.example.org' })
      const [{ id: patch }] = (await api.get('/patches/?msgid=v3p@x')).body
      const { id: comment } = (await api.get('/patches/2/comments/?order=-id')).body.find(
        ({ msgid }: { msgid: string }) => msgid === '<t5@x>',
      )
      expect(await named(2)).toEqual(known)
      expect(await named(patch)).toContain('Acked-by ida cover ')
      const acked = (await trailers(patch)).find(({ kind }: { kind: string }) => kind === 'Acked-by')
      expect(acked.mail.url).toBe(`https://pw.example.org/api/patches/2/comments/${comment}/`)
      const page = (await api.app.inject('/project/lamps/patch/v3p@x/')).body
      expect(page).toContain(`<a href="/patch/2/#${comment}">in a reply to the cover letter</a>`)
      const mbox = async (id: number, query: string) => {
        const { headers } = await api.app.inject(`/patch/${id}/mbox/`)
        return (await api.app.inject(`${String(headers.location)}${query}`)).body
      }
      expect(await mbox(patch, '?trailers=b4')).toContain(`\nAcked-by: ${IDA}\n`)
      expect(await mbox(2, '?trailers=b4')).not.toContain(`\nAcked-by: ${IDA}\n`)
      // As the Python Patchwork has it.
      expect(await mbox(2, '')).toContain(`\nAcked-by: ${IDA}\n`)
      expect(await mbox(patch, '')).not.toContain('Acked-by')
    })

    it('are read by a few statements, however many there are, and not in older versions', async () => {
      expect((await statementsOf(() => api.get('/patches/2/trailers/'))).length).toBeLessThan(12)
      expect((await api.get('/api/1.3/patches/2/trailers/')).status).toBe(404)
      expect((await api.get('/patches/99/trailers/')).status).toBe(404)
    })
  },
  'suite',
)
