import { beforeAll, expect, it } from 'vitest'
import { ingest } from '../../../src/ingest/ingest.js'
import { DIFF, mail } from '../../support/mail.js'
import { describePages } from '../support.js'

/** The versions of one work in the order in which they were sent: of each number a draft, the patch, and the patch again. */
const MAILS = [
  ['rfc', '[RFC PATCH] wick: trim', 'Mon, 05 Oct 2026 10:00:00 +0000'],
  ['one', '[PATCH] wick: trim', 'Tue, 06 Oct 2026 10:00:00 +0000'],
  ['again', '[RESEND PATCH] wick: trim', 'Tue, 06 Oct 2026 18:30:00 +0000'],
  ['two', '[PATCH v2] wick: trim', 'Wed, 07 Oct 2026 10:00:00 +0000'],
  ['two-again', '[PATCH RESEND v2] wick: trim', 'Thu, 08 Oct 2026 10:00:00 +0000'],
  ['three', '[PATCH v3] wick: trim', 'Fri, 09 Oct 2026 10:00:00 +0000'],
] as const

const LABELS = [
  'v1 of 2026-10-05',
  'v1 of 2026-10-06 10:00',
  'v1 of 2026-10-06 18:30',
  'v2 of 2026-10-07',
  'v2 of 2026-10-08',
  'v3',
]

interface Described {
  id: number
  version: number
  reason: string | null
}

/** The options of a list of versions, the chosen one with a star. */
function optionsOf(body: string, name: string): string[] {
  const [, list = ''] = new RegExp(`<select id="v-${name}"[^>]*>([^]*?)</select>`).exec(body) ?? []
  return [...list.matchAll(/<option value="(\d+)"( selected)?[^>]*>([^<]*)/g)].map(
    ([, id, selected, label]) => `${id} ${label?.trim()}${selected ? ' *' : ''}`,
  )
}

describePages(
  'the choice of versions, of which several have one number,',
  (pages) => {
    const ids: number[] = []

    beforeAll(async () => {
      // In another order than they were sent in.
      for (const at of [3, 5, 0, 2, 4, 1]) {
        const [id, subject, date] = MAILS[at] as (typeof MAILS)[number]
        const body = `Trim it.\n---\n${DIFF.replaceAll('lamp', 'wick')}`
        const from = 'Ola <ola@lanterna.example.org>'
        await ingest(pages.db, mail({ id: `${id}@x`, subject, date, from, body }), { now: new Date(date) })
      }
      const rows = await pages.db.selectFrom('patches').select(['msgid', 'series_id']).execute()
      for (const [id] of MAILS) ids.push(rows.find(({ msgid }) => msgid === `<${id}@x>`)?.series_id ?? 0)
    })

    it('offers all in the order in which they were sent, and compares the first with this one', async () => {
      const { status, body } = await pages.get(`/series/${ids[5]}/`)
      expect(status).toBe(200)
      const offered = (chosen: number) =>
        ids.map((id, at) => `${id} ${LABELS[at]}${at === chosen ? ' *' : ''}`)
      expect(optionsOf(body, 'from')).toEqual(offered(0))
      expect(optionsOf(body, 'to')).toEqual(offered(5))
      for (const [at, label] of LABELS.slice(0, -1).entries())
        expect(body).toContain(`<a href="/series/${ids[at]}/diff/${ids[at + 1]}/">since ${label}</a>`)
    })

    it('has the words of both versions on the page of what changed', async () => {
      const { body } = await pages.get(`/series/${ids[1]}/diff/${ids[2]}/`)
      expect(body).toContain('What changed from v1 of 2026-10-06 10:00 to v1 of 2026-10-06 18:30')
      expect(optionsOf(body, 'from')).toEqual(
        ids.map((id, at) => `${id} ${LABELS[at]}${at === 1 ? ' *' : ''}`),
      )
    })

    it('is on the page of a patch', async () => {
      const { body } = await pages.get('/project/lamps/patch/again@x/')
      const menu = /<summary>Version[^]*?<\/details>/.exec(body)?.[0].replace(/<[^>]*>/g, ' ') ?? ''
      const words = LABELS.map((label, at) => (at === 2 ? `${label}, this one` : `${label} what changed`))
      expect(menu.replace(/\s+/g, ' ').trim()).toBe(`Version ${LABELS[2]} ${words.join(' ')}`)
      expect(body).toContain('v3 is newer')
    })

    it('are the versions of the API, each with its reason', async () => {
      for (const [at, id] of ids.entries()) {
        const { body } = await pages.get(`/api/1.4/series/${id}/`)
        const { versions, previous, next } = JSON.parse(body) as {
          versions: Described[]
          previous: Described | null
          next: Described | null
        }
        expect(versions.map((each) => each.id)).toEqual(ids)
        expect(versions.map(({ version }) => version)).toEqual([1, 1, 1, 2, 2, 3])
        expect(versions.map(({ reason }) => reason)).toEqual([null, 'name', 'name', 'name', 'name', 'name'])
        expect([previous?.id, next?.id]).toEqual([ids[at - 1], ids[at + 1]])
      }
    })
  },
  'suite',
)
