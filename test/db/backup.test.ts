import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { backup, restore } from '../../src/db/backup.js'
import { connect } from '../../src/db/connect.js'
import { restorePostgres } from '../../src/db/dialect/postgres-backup.js'
import { migrate } from '../../src/db/migrate.js'
import { eventsEpoch } from '../../src/domain/events/epoch.js'
import { listProjects } from '../../src/domain/projects/queries.js'
import { insertProject } from '../../src/domain/projects/updates.js'

/** What new files lack; unknown in a worker thread, where it cannot be set. */
function umask(mask: number): number {
  return process.umask(mask)
}

const folder = mkdtempSync(join(tmpdir(), 'patchwork-backup-'))
let count = 0
const newFile = () => join(folder, `${++count}.db`)

function project(link_name: string) {
  return { link_name, name: link_name, list_id: link_name, list_email: `${link_name}@example.org` }
}

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('a backup of SQLite', () => {
  it('is for its owner alone, as is the database', async () => {
    const [path, copy, restored] = [join(folder, 'new', 'pw.db'), newFile(), newFile()]
    const before = umask(0)
    try {
      const db = connect(`sqlite:${path}`)
      await migrate(db)
      await backup(`sqlite:${path}`, copy)
      for (const each of [path, `${path}-wal`, `${path}-shm`, copy])
        expect([each, modeOf(each)]).toEqual([each, 0o600])
      expect(modeOf(join(folder, 'new'))).toBe(0o700)
      await db.destroy()
      chmodSync(copy, 0o644)
      await restore(`sqlite:${restored}`, copy, false)
      expect(modeOf(restored)).toBe(0o600)
    } finally {
      umask(before)
    }
  })

  it('is what was there at that moment, while somebody writes; restored it is that again', async () => {
    const [path, copy] = [newFile(), newFile()]
    const db = connect(`sqlite:${path}`)
    await migrate(db)
    await insertProject(db, project('lamps'))
    await db.transaction().execute(async (open) => {
      await insertProject(open, project('half'))
      await backup(`sqlite:${path}`, copy)
    })
    await expect(restore(`sqlite:${path}`, copy, true)).rejects.toThrow('is in use; stop the server first')
    expect((await listProjects(db)).map(({ link_name }) => link_name)).toEqual(['lamps', 'half'])
    await db.destroy()
    await expect(restore(`sqlite:${path}`, copy, false)).rejects.toThrow('There is a database')
    await restore(`sqlite:${path}`, copy, true)
    for (const each of [path, newFile()]) {
      if (each !== path) await restore(`sqlite:${each}`, copy, false)
      const restored = connect(`sqlite:${each}`)
      expect((await listProjects(restored)).map(({ link_name }) => link_name)).toEqual(['lamps'])
      await restored.destroy()
    }
  })

  it('begins a new epoch of events, whichever program restores it', async () => {
    const [path, copy, raw] = [newFile(), newFile(), newFile()]
    const db = connect(`sqlite:${path}`)
    await migrate(db)
    const epoch = await eventsEpoch(db)
    await backup(`sqlite:${path}`, copy)
    expect(await eventsEpoch(db)).toBe(epoch)
    await db.destroy()
    copyFileSync(path, raw)
    await restore(`sqlite:${path}`, raw, true)
    const epochs = new Set([epoch])
    for (const each of [path, copy]) {
      const restored = connect(`sqlite:${each}`)
      const begun = await eventsEpoch(restored)
      expect(await eventsEpoch(restored)).toBe(begun)
      epochs.add(begun)
      await restored.destroy()
    }
    expect(epochs.size).toBe(3)
  })

  it('writes over nothing, and restores nothing that is no backup', async () => {
    const [path, file] = [newFile(), newFile()]
    writeFileSync(file, 'my letters')
    await expect(backup(`sqlite:${path}`, file)).rejects.toThrow(`There is a file '${file}' already.`)
    await expect(backup(`sqlite:${path}`, newFile())).rejects.toThrow('There is no database')
    await expect(restore(`sqlite:${path}`, file, true)).rejects.toThrow('is no sound copy')
    await expect(restore(`sqlite:${path}`, newFile(), true)).rejects.toThrow('there is no such file')
    expect(existsSync(path)).toBe(false)
  })
})

/** Stands in for PostgreSQL's programs and writes down how it was called; these are not where the tests run. */
function programs(status: number): string {
  const bin = mkdtempSync(join(tmpdir(), 'patchwork-bin-'))
  for (const name of ['pg_dump', 'pg_restore']) {
    const script = `#!/bin/sh
echo "$(basename $0) $PGHOST $PGPORT $PGUSER $PGPASSWORD $PGDATABASE $*" >>${bin}/called
for each in "$@"; do case $each in --file=*) echo dump >"\${each#--file=}";; esac; done
[ ${status} = 0 ] || echo 'pg: no such database' >&2
exit ${status}
`
    writeFileSync(join(bin, name), script)
    chmodSync(join(bin, name), 0o755)
  }
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  return join(bin, 'called')
}

describe('a backup of PostgreSQL', () => {
  afterEach(() => vi.unstubAllEnvs())

  const URL = 'postgres://pw:s%40crt@db.example.org:5433/pw%20main'

  it('is left to its own programs, which get the password by the environment', async () => {
    const called = programs(0)
    const file = newFile()
    await backup(URL, file)
    expect(readFileSync(file, 'utf8')).toBe('dump\n')
    await restorePostgres(URL, file, true)
    const [dump, load] = readFileSync(called, 'utf8').split('\n')
    expect(dump).toMatch(/^pg_dump db\.example\.org 5433 pw s@crt pw main --format=custom /)
    // What is restored begins a new epoch of events.
    expect(dump).toContain('--exclude-table-data=*.event_epochs')
    expect(load).toMatch(
      /^pg_restore db\.example\.org 5433 pw s@crt pw main --dbname=pw main .*--clean --if-exists /,
    )
    expect(load).toContain('--single-transaction')
  })

  it('that fails leaves no file, and says why', async () => {
    programs(1)
    const file = newFile()
    await expect(backup(URL, file)).rejects.toThrow('pg_dump failed: pg: no such database')
    expect(existsSync(file)).toBe(false)
    vi.stubEnv('PATH', folder)
    await expect(backup(URL, file)).rejects.toThrow("'pg_dump' is not installed")
  })
})
