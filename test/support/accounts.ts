import type { Database } from '../../src/db/schema.js'
import { linkPerson, upsertPerson } from '../../src/domain/people/updates.js'
import { insertMaintainer } from '../../src/domain/projects/maintainers.js'
import { insertToken } from '../../src/domain/tokens/updates.js'
import { insertUser } from '../../src/domain/users/updates.js'
import { hashPassword } from './passwords.js'

/** Users for tests, in few words. */

export interface AccountOptions {
  first_name?: string
  last_name?: string
  /** By default nothing opens it. */
  password?: string
  token?: string
  isSuperuser?: boolean
  /** Ids of the projects that the user maintains. */
  maintains?: readonly number[]
  /** Whether mail from their address is theirs. */
  isPerson?: boolean
}

const JOINED = '2026-10-01T09:00:00'

/** Adds a user with the address `NAME@lanterna.example.org`; returns the id. */
export async function addAccount(
  db: Database,
  username: string,
  options: AccountOptions = {},
): Promise<number> {
  const { first_name = '', last_name = '', password, token, isSuperuser = false, maintains = [] } = options
  const email = `${username}@lanterna.example.org`
  const id = await insertUser(db, {
    username,
    first_name,
    last_name,
    email,
    password: password === undefined ? '!' : await hashPassword(password),
    is_superuser: isSuperuser,
    joined: JOINED,
  })
  if (token !== undefined) await insertToken(db, id, token, JOINED)
  for (const project of maintains) await insertMaintainer(db, project, id)
  if (options.isPerson) {
    const name = `${first_name} ${last_name}`.trim() || undefined
    await linkPerson(db, await upsertPerson(db, { email, name }), id)
  }
  return id
}
