import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildApp } from '../../src/app.js'
import { cookieName, newToken, SESSION_COOKIE } from '../../src/auth/session.js'
import { connect } from '../../src/db/connect.js'
import { migrate } from '../../src/db/migrate.js'
import type { Database } from '../../src/db/schema.js'
import { findProject } from '../../src/domain/projects/queries.js'
import { updateProject } from '../../src/domain/projects/updates.js'
import { getUser } from '../../src/domain/users/queries.js'
import { insertSession } from '../../src/domain/users/sessions.js'
import { toTime } from '../../src/util/time.js'
import { addAccount } from './accounts.js'
import { contextOn } from './context.js'
import { insertDemo, NOW } from './demo.js'

/** A server that listens on a free port, and the database behind it. */
export interface Site {
  readonly db: Database
  /** `http://127.0.0.1:40123` */
  readonly base: string
  readonly close: () => Promise<void>
}

/**
 * A site on SQLite with what `fill` puts into it; its clock stands at the demo's `NOW`. By default it has the
 * project Lanterna, which `mira` maintains; `tess` has an account and no patch. Their passwords are `demo`.
 */
export async function openSite(fill: (db: Database) => Promise<void> = fillDemo): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-site-'))
  const url = `sqlite:${join(folder, 'site.db')}`
  const db = connect(url, { isDurable: false })
  await migrate(db)
  await fill(db)
  const app = await buildApp(contextOn({ db, url }, { now: () => NOW }))
  const base = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    db,
    base,
    close: async () => {
      await app.close()
      await db.destroy()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The demo, with all that a project's page can tell. */
async function fillDemo(db: Database): Promise<void> {
  await insertDemo(db)
  const project = await findProject(db, 'lanterna')
  await updateProject(db, project?.id ?? 0, {
    web_url: 'https://lanterna.example.org/',
    scm_url: 'https://git.example.org/lanterna.git',
    webscm_url: 'https://git.example.org/lanterna/',
    list_archive_url: 'https://lists.example.org/lanterna-devel/',
    list_archive_url_format: 'https://lists.example.org/lanterna-devel/{}',
    commit_url_format: 'https://git.example.org/lanterna/commit/{}',
  })
  await addAccount(db, 'tess', { password: 'demo' })
}

/** Logs a user in; returns the `Cookie` header of the browser. */
export async function sessionCookie(db: Database, username: string, isSecure = false): Promise<string> {
  const { id: userId } = await getUser(db, username)
  const token = newToken()
  const created = toTime(NOW)
  await insertSession(db, { userId, token, created, expires: '2027-06-01T00:00:00', agent: 'test' })
  return `${cookieName(SESSION_COOKIE, isSecure)}=${token}`
}
