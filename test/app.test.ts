import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildApp } from '../src/app.js'
import { connect } from '../src/db/connect.js'
import { contextOn } from './support/context.js'

/** A file that is none: SQLite cannot open it. */
function folder(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'patchwork-app-')), 'folder.db')
  mkdirSync(path)
  return path
}

describe.each([
  ['PostgreSQL', 'postgres://nobody@127.0.0.1:1/patchwork'],
  ['SQLite', `sqlite:${folder()}`],
])('a server whose %s is away', (_, url) => {
  const ask = async (path: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET') => {
    const db = connect(url)
    const app = await buildApp(contextOn({ db, url }))
    try {
      return await app.inject({ method, url: path, headers })
    } finally {
      await app.close()
      await db.destroy()
    }
  }

  it.each(['/api/patches/', '/api/1.0/projects/', '/api/events/'])('says so: %s', async (path) => {
    const { statusCode, headers, body } = await ask(path)
    expect([statusCode, headers['retry-after'], JSON.parse(body)]).toEqual([
      503,
      '10',
      { detail: 'The database is not available; try again later.' },
    ])
  })

  it.each(['/', '/project/lamps/list/', '/patch/1/mbox/'])('says so to people: %s', async (path) => {
    const { statusCode, headers, body } = await ask(path, { accept: 'text/html' })
    expect([statusCode, headers['retry-after']]).toEqual([503, '10'])
    expect(body).toContain('The database is not available; try again later.')
    expect(body).not.toMatch(/ECONNREFUSED|SQLITE|127\.0\.0\.1:1/)
  })

  it('is alive, but not ready', async () => {
    expect((await ask('/healthz')).statusCode).toBe(200)
    expect((await ask('/readyz')).statusCode).toBe(503)
  })
})
