import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { findUserByEmail } from '../../../src/domain/users/queries.js'
import { insertUser } from '../../../src/domain/users/updates.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach('users', (fixture) => {
  const add = (username: string, email: string) =>
    insertUser(fixture.db, {
      username,
      email,
      first_name: '',
      last_name: '',
      password: '!',
      is_superuser: false,
      joined: '2026-10-05T12:00:00.000000',
    })

  it('are found by their address whatever its case, the oldest of several', async () => {
    await add('max', 'max@example.org')
    const ida = await add('ida', 'Ida@Example.org')
    await add('ida2', 'ida@example.org')
    expect(await findUserByEmail(fixture.db, 'iDA@example.org')).toMatchObject({ id: ida, username: 'ida' })
    expect(await findUserByEmail(fixture.db, 'nobody@example.org')).toBeUndefined()
    expect(await findUserByEmail(fixture.db, '%@example.org')).toBeUndefined()
  })

  it('are looked for by an index', async () => {
    const { rows } = await sql<{ name: string }>`select ${indexName(fixture.url)}`.execute(fixture.db)
    expect(rows.map(({ name }) => name)).toContain('users_lower_email')
  })
})

function indexName(url: string) {
  return url.startsWith('sqlite:')
    ? sql`name from sqlite_master where type = 'index'`
    : sql`indexname as name from pg_indexes`
}
