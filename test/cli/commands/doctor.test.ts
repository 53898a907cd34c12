import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { insertDelegationRule, updateProject } from '../../../src/domain/projects/updates.js'
import { runCli } from '../../support/cli.js'
import { describeOnEach } from '../../support/database.js'
import { insertDemo } from '../../support/demo.js'

const folder = () => mkdtempSync(join(tmpdir(), 'patchwork-doctor-'))

/** Runs the doctor with some settings. */
async function examine(url: string, settings: Record<string, string> = {}, ...argv: string[]) {
  const all: Record<string, string> = { PATCHWORK_MAIL: `folder:${join(folder(), 'outbox')}`, ...settings }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  return await runCli(url, 'doctor', ...argv)
}

describeOnEach('the doctor', (fixture) => {
  afterEach(() => vi.unstubAllEnvs())

  it('finds nothing to say against a sound installation', async () => {
    await insertDemo(fixture.db)
    await fixture.db.updateTable('users').set({ is_superuser: true }).execute()
    const settings = { PATCHWORK_PUBLIC_URL: 'http://pw.example.org' }
    const { code, out } = await examine(fixture.url, settings, '--thorough')
    expect(code).toBe(0)
    expect(out).toContain('  ok  The database is reachable, and its schema is up to date.\n')
    expect(out).toContain('  ok  The database is consistent.\n')
    expect(out).not.toContain('BAD')
    expect(out.match(/^note.*/gm)).toEqual([expect.stringContaining('is only written to the folder')])
  })

  it('finds counters that are wrong, and how to correct them', async () => {
    await insertDemo(fixture.db)
    await fixture.db.updateTable('event_counts').set({ total: 0 }).execute()
    const { code, out } = await examine(fixture.url, {}, '--thorough')
    expect(code).toBe(1)
    expect(out).toMatch(/^ BAD {2}\d+ row counters are wrong.*'patchwork recount'/m)
    // The database itself is whole, so everything else is looked at as well.
    expect(out).toContain('  ok  There is one project.\n')
    expect((await runCli(fixture.url, 'recount')).out).toMatch(/^[1-9]\d* counters corrected, 0 /)
    expect((await runCli(fixture.url, 'recount')).out).toBe(
      '0 counters corrected, 0 newest checks corrected\n',
    )
    expect((await examine(fixture.url, {}, '--thorough')).out).toContain(
      '  ok  The database is consistent.\n',
    )
  })

  it('says what an empty one wants', async () => {
    const { code, out } = await examine(fixture.url)
    expect(code).toBe(0)
    expect(out).toContain('note  PATCHWORK_PUBLIC_URL is not set')
    expect(out).toContain('note  There are no projects')
  })

  it('names what nobody could enter today', async () => {
    await insertDemo(fixture.db)
    await updateProject(fixture.db, 1, { subject_match: '(', list_archive_url_format: 'javascript:{}' })
    await insertDelegationRule(fixture.db, { project_id: 1, user_id: 1, path: 'a\nb', priority: 0 })
    const { out } = await examine(fixture.url)
    expect(out).toContain("note  The project 'lanterna' has an invalid subject_match: This is no pattern")
    expect(out).toContain("note  The project 'lanterna' has an invalid list_archive_url_format: ")
    expect(out).toMatch(/^note {2}The project 'lanterna' has an invalid delegation rule/m)
  })

  it('wants a public address once mail goes out', async () => {
    const { code, out } = await examine(fixture.url, { PATCHWORK_MAIL: 'smtp://127.0.0.1:1' })
    expect(code).toBe(1)
    expect(out).toContain(' BAD  Outgoing mail has no links; set PATCHWORK_PUBLIC_URL.')
  })

  it('says who is missing, and what failed', async () => {
    const { db } = fixture
    await insertDemo(db)
    await db.deleteFrom('maintainers').execute()
    const { out } = await examine(fixture.url, { PATCHWORK_MAILDIR: folder() })
    expect(out).toContain("note  The project 'lanterna' has no maintainers")
    expect(out).toContain('note  There is no superuser')
    expect(out).toMatch(/^ BAD {2}'.*' is not a Maildir: it has no folder 'new'\.$/m)
  })

  it('warns of files with secrets that others can read', async () => {
    const place = folder()
    chmodSync(place, 0o755)
    const settings = join(place, 'patchwork.conf')
    writeFileSync(settings, '', { mode: 0o644 })
    const sqlite = fixture.url.startsWith('sqlite:') ? fixture.url.slice('sqlite:'.length) : undefined
    if (sqlite) chmodSync(sqlite, 0o640)
    const wide = await examine(fixture.url, { PATCHWORK_MAIL: `folder:${place}`, PATCHWORK_CONFIG: settings })
    expect(wide.out).toContain(
      `note  '${place}' is accessible to other users of this machine (mode 755); run 'chmod 700 ${place}'`,
    )
    expect(wide.out).toContain(`note  '${settings}' is accessible to other users of this machine (mode 644)`)
    if (sqlite)
      expect(wide.out).toContain(`note  '${sqlite}' is accessible to other users of this machine (mode 640)`)
    chmodSync(place, 0o700)
    chmodSync(settings, 0o640)
    if (sqlite) chmodSync(sqlite, 0o600)
    const closed = await examine(fixture.url, {
      PATCHWORK_MAIL: `folder:${place}`,
      PATCHWORK_CONFIG: settings,
    })
    expect(closed.out).not.toContain('accessible to other users')
  })

  it('warns of old copies beside the database, and of mails in the outbox, that others can read', async () => {
    const place = folder()
    const outbox = join(place, 'outbox')
    mkdirSync(outbox, { mode: 0o700 })
    const database = join(place, 'patchwork.db')
    await examine(`sqlite:${database}`)
    const copies = [
      ['monday.db', Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(100)])],
      ['before-upgrade', Buffer.from('PGDMP and more')],
      ['patchwork.sql', Buffer.from('--\n-- PostgreSQL database dump\n--\n')],
      ['patchwork.db.2025.gz', Buffer.alloc(0)],
    ] as const
    for (const [name, content] of copies) writeFileSync(join(place, name), content, { mode: 0o600 })
    writeFileSync(join(place, 'notes.txt'), 'not secret', { mode: 0o644 })
    for (const name of ['a.eml', 'b.eml']) writeFileSync(join(outbox, name), 'key', { mode: 0o600 })
    const run = () => examine(`sqlite:${database}`, { PATCHWORK_MAIL: `folder:${outbox}` })
    expect((await run()).out).not.toContain('accessible to other users')
    for (const [name] of copies) {
      chmodSync(join(place, name), 0o640)
      expect((await run()).out).toContain(
        `note  Copies of databases are accessible to other users of this machine: '${join(place, name)}';`,
      )
      chmodSync(join(place, name), 0o600)
    }
    for (const name of ['a.eml', 'b.eml']) chmodSync(join(outbox, name), 0o604)
    expect((await run()).out).toContain(
      `note  Mails are accessible to other users of this machine: '${join(outbox, 'a.eml')}' and 1 more;`,
    )
  })

  it('says that the schema is old, and looks no further', async () => {
    await sql`delete from kysely_migration where name = '0002-web'`.execute(fixture.db)
    const { out } = await examine(fixture.url)
    expect(out).toContain("note  The database needs the migrations 0002-web; run 'patchwork migrate'")
    expect(out).not.toContain('There are no projects')
  })

  it('tries the way out for mail, and whether it is set up', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const address = probe.address() as { port: number }
        probe.close(() => resolve(address.port))
      })
    })
    const { code, out } = await examine(fixture.url, { PATCHWORK_MAIL: `smtp://127.0.0.1:${port}` })
    expect(code).toBe(1)
    expect(out).toContain(` BAD  Mail cannot be sent to 127.0.0.1:${port}: `)
    expect(out).toContain(' BAD  The sender of outgoing mail is patchwork@localhost')
  })
})

describe('the doctor, of a file', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('says that there is none yet, and makes none', async () => {
    const path = join(folder(), 'none.db')
    const { code, out } = await examine(`sqlite:${path}`)
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(`note  The database '${path}' does not exist yet`),
    ])
    expect(() => readFileSync(path)).toThrow('ENOENT')
  })

  it('finds pages that are broken', async () => {
    const path = join(folder(), 'broken.db')
    await runCli(`sqlite:${path}`, 'migrate')
    const bytes = readFileSync(path)
    // The last page belongs to an index of one of the last tables.
    bytes.fill(0x55, bytes.length - 4096)
    writeFileSync(path, bytes)
    const { code, out } = await examine(`sqlite:${path}`, {}, '--thorough')
    expect(code).toBe(1)
    expect(out).toMatch(/^ BAD /m)
  })

  it('says that a server of PostgreSQL does not answer', async () => {
    const { code, out } = await examine('postgres://pw:secret@127.0.0.1:1/pw')
    expect(code).toBe(1)
    expect(out).toContain(' BAD  The database cannot be used: ')
    expect(out).not.toContain('secret')
  })
})
