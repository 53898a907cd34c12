import { beforeEach, expect, it } from 'vitest'
import type { Database } from '../../../src/db/schema.js'
import { ingest } from '../../../src/ingest/ingest.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { DIFF, type MailOptions, mail } from '../../support/mail.js'

const NOW = new Date('2026-12-05T12:00:00Z')

const ELI = 'Eli <eli@example.org>'

/** Mails that continue each other by every kind of evidence, in an order in which many arrive before what they name. */
function archive(): MailOptions[] {
  let day = 0
  const patch = (id: string, subject: string, text: string, more: MailOptions = {}): MailOptions => {
    day++
    const date = `${String(day).padStart(2, '0')} Nov 2026 10:00:00 +0000`
    const file = id.replace(/\d.*/, '')
    return { id: `${id}@x`, subject, date, body: `${text}\n---\n${DIFF.replaceAll('lamp', file)}`, ...more }
  }
  const mails = [
    patch('wick1', '[PATCH] wick: trim', 'Trim.'),
    patch('wick2', '[PATCH v2] wick: trim', 'Trim.'),
    patch('oil1', '[PATCH] oil: fill', 'Fill.\n\nchange-id: 20261101-oil-1'),
    patch('glass1', '[PATCH v2] other glass', 'Glass.\n\nLink to v1: https://lore.example.org/lamps/oil1@x/'),
    patch('oil2', '[PATCH v3] more oil', 'Fill.\n\nchange-id: 20261101-oil-1'),
    patch('flame1', '[PATCH] flame', 'Flame.'),
    patch('spark1', '[PATCH v2] spark', 'Spark.\n\nSupersedes: <flame1@x>', { from: ELI }),
    patch('stand0', '[PATCH 0/2] stand', 'Stand.', { body: 'Stand.' }),
    patch('stand1', '[PATCH 1/2] one', 'One.', { inReplyTo: 'stand0@x' }),
    patch('stand2', '[PATCH 2/2] two', 'Two.', { inReplyTo: 'stand0@x' }),
    patch('stand3', '[PATCH v2] stand alone', 'Three.', { inReplyTo: 'stand0@x' }),
    patch('wick3', '[PATCH RESEND v2] wick: trim', 'Trim.'),
    patch('alone1', '[PATCH] alone', 'Alone.'),
  ]
  return mails.flatMap((one, index) => (index % 2 === 0 ? [mails[index + 1] ?? one, one] : [])).filter(unique)
}

function unique(one: MailOptions, index: number, all: MailOptions[]): boolean {
  return all.indexOf(one) === index
}

async function stored(db: Database) {
  return {
    members: await db.selectFrom('topic_members').selectAll().orderBy('series_id').execute(),
    links: await db
      .selectFrom('topic_links')
      .selectAll()
      .orderBy('series_id')
      .orderBy('earlier_id')
      .execute(),
    mentions: await db
      .selectFrom('topic_mentions')
      .selectAll()
      .orderBy('patch_id')
      .orderBy('cover_id')
      .orderBy('kind')
      .orderBy('position')
      .execute(),
  }
}

describeOnEach('patchwork relink', (fixture) => {
  const forget = async () => {
    for (const table of ['topic_links', 'topic_members', 'topic_mentions'] as const)
      await fixture.db.deleteFrom(table).execute()
  }

  beforeEach(async () => {
    await addLamps(fixture.db)
    for (const options of archive()) await ingest(fixture.db, mail(options), { now: NOW })
  })

  it('decides what was decided when the mails came, and nothing differently', async () => {
    const before = await stored(fixture.db)
    expect(new Set(before.links.map(({ reason }) => reason))).toEqual(
      new Set(['name', 'change-id', 'link', 'supersedes', 'reply']),
    )
    const { code, out } = await runCli(fixture.url, 'relink')
    expect([code, out]).toEqual([0, `${before.members.length} series read, 0 changed\n`])
    expect(await stored(fixture.db)).toEqual(before)

    await forget()
    const dry = await runCli(fixture.url, 'relink', '--project', 'lamps', '--dry-run')
    expect(dry.out).toMatch(/series \d+ '\[v2\] wick: trim': continues series \d+ \(name\)\n/)
    expect(dry.out).toMatch(/, 6 would be changed\n$/)
    expect(await stored(fixture.db)).toEqual({ members: [], links: [], mentions: [] })
    expect((await runCli(fixture.url, 'doctor')).out).toContain('patchwork relink')

    const real = await runCli(fixture.url, 'relink')
    expect(real.out).toBe(dry.out.replace('would be changed', 'changed'))
    expect(await stored(fixture.db)).toEqual(before)
    expect((await runCli(fixture.url, 'relink')).out).toMatch(/, 0 changed\n$/)
    expect((await runCli(fixture.url, 'doctor')).out).not.toContain('patchwork relink')
  })

  it('keeps what people decided, corrects what is wrong, and says why', async () => {
    const before = await stored(fixture.db)
    const wick = before.links.find(({ reason }) => reason === 'name')
    if (!wick) throw new Error('There is no link by name.')
    const { series_id } = wick
    await fixture.db
      .insertInto('topic_decisions')
      .values({ series_id, earlier_id: null, date: '2026-12-01T00:00:00' })
      .execute()
    await fixture.db.deleteFrom('topic_links').where('series_id', '=', series_id).execute()
    await fixture.db
      .insertInto('topic_links')
      .values({ series_id, earlier_id: before.members[0]?.series_id ?? 0, reason: 'files', score: 70 })
      .execute()
    const { out } = await runCli(fixture.url, 'relink')
    expect(out).toContain(`continues series ${wick.earlier_id} (name)`)
    expect(await fixture.db.selectFrom('topic_decisions').selectAll().execute()).toHaveLength(1)
    const topics = new Map(
      (await stored(fixture.db)).members.map((member) => [member.series_id, member.topic_id]),
    )
    expect(topics.get(series_id)).not.toBe(topics.get(wick.earlier_id))
  })

  it('has the rule for older versions look at what was linked, in batches that can be undone', async () => {
    const states = async () => {
      const rows = await fixture.db
        .selectFrom('patches as p')
        .innerJoin('states as s', 's.id', 'p.state_id')
        .select('p.msgid')
        .where('s.slug', '=', 'superseded')
        .orderBy('p.msgid')
        .execute()
      return rows.map(({ msgid }) => msgid)
    }
    await forget()
    await fixture.db.updateTable('projects').set({ auto_superseded: 'on' }).execute()
    await runCli(fixture.url, 'relink', '--dry-run')
    expect(await states()).toEqual([])
    await runCli(fixture.url, 'relink', '--project', 'lamps')
    const older = ['flame1', 'glass1', 'oil1', 'stand1', 'stand2', 'wick1', 'wick2']
    expect(await states()).toEqual(older.map((id) => `<${id}@x>`))
    const batches = await fixture.db.selectFrom('change_batches').select(['rule', 'way']).execute()
    expect(batches.length).toBeGreaterThan(3)
    expect(new Set(batches.map(({ rule, way }) => `${rule} ${way}`))).toEqual(
      new Set(['superseded command line']),
    )
    await runCli(fixture.url, 'relink')
    expect(await fixture.db.selectFrom('change_batches').select('id').execute()).toHaveLength(batches.length)
  })

  it('refuses a project that is not there', async () => {
    expect((await runCli(fixture.url, 'relink', '--project', 'none')).code).toBe(1)
  })
})
