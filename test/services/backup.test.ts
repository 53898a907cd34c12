import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import { eventsEpoch } from '../../src/domain/events/epoch.js'
import { listProjects } from '../../src/domain/projects/queries.js'
import { insertProject } from '../../src/domain/projects/updates.js'
import { runCli } from '../support/cli.js'
import { DebianPostgres } from './support/debian-postgres.js'

/** Only the administrator may start a server as another user. */
describe.skipIf(process.getuid?.() !== 0)('a backup of PostgreSQL by its own programs', () => {
  let postgres: DebianPostgres
  const file = join(mkdtempSync(join(tmpdir(), 'patchwork-backup-')), 'dump')

  beforeEach(async () => {
    postgres = await DebianPostgres.start()
  })
  afterEach(() => postgres.stop())

  it('is loaded into an empty database, and into another only where that is forced', async () => {
    const [old, empty, full] = await Promise.all(
      ['old', 'empty', 'full'].map((name) => postgres.createDatabase(name)),
    )
    await addProject(old as string, 'lamps')
    await addProject(full as string, 'ropes')
    const epoch = await epochOf(old as string)
    expect(await runCli(old as string, 'backup', file)).toMatchObject({
      code: 0,
      out: `Backup written to ${file}.\n`,
    })
    expect(await runCli(empty as string, 'restore', file)).toMatchObject({ code: 0, err: '' })
    expect(await projectsOf(empty as string)).toEqual(['lamps'])
    // What is new after that gets a number of its own.
    await addProject(empty as string, 'oars')
    expect(await projectsOf(empty as string)).toEqual(['lamps', 'oars'])

    const refused = await runCli(full as string, 'restore', file)
    expect([refused.code, refused.err]).toEqual([
      1,
      'patchwork: The database has something already; --force puts the backup in its place.\n',
    ])
    expect(await projectsOf(full as string)).toEqual(['ropes'])
    expect(await runCli(full as string, 'restore', '--force', file)).toMatchObject({ code: 0, err: '' })
    expect(await projectsOf(full as string)).toEqual(['lamps'])

    // Ids of events are given out again after a restore, and not in the database that goes on.
    expect(await epochOf(old as string)).toBe(epoch)
    const epochs = [epoch, await epochOf(empty as string), await epochOf(full as string)]
    expect(new Set(epochs).size).toBe(3)
  })
})

async function addProject(url: string, link_name: string): Promise<void> {
  const db = connect(url)
  await migrate(db)
  await insertProject(db, {
    link_name,
    name: link_name,
    list_id: link_name,
    list_email: `${link_name}@example.org`,
  })
  await db.destroy()
}

async function epochOf(url: string): Promise<string> {
  const db = connect(url)
  const epoch = await eventsEpoch(db)
  await db.destroy()
  return epoch
}

async function projectsOf(url: string): Promise<string[]> {
  const db = connect(url)
  const projects = await listProjects(db)
  await db.destroy()
  return projects.map(({ link_name }) => link_name)
}
