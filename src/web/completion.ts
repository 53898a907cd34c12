import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Context } from '../context.js'
import { capabilities, containsParameter } from '../db/dialect/dialect.js'
import type { Database } from '../db/schema.js'

const MAX_RESULTS = 10

/** What the fields for submitters and delegates offer while somebody types. */
export function addCompletion(app: FastifyInstance, { db }: Context): void {
  app.get('/submitter/', async (request) => await complete(request.query as URLSearchParams, submitters, db))
  app.get('/delegate/', async (request) => await complete(request.query as URLSearchParams, delegates, db))
}

type Source = (db: Database, prefix: string, limit: number) => Promise<unknown[]>

/** At least one letter of `q`, at most `l` results; what makes no sense offers nothing. */
async function complete(query: URLSearchParams, source: Source, db: Database): Promise<unknown[]> {
  const wanted = query.get('q') ?? ''
  const limit = query.get('l') ?? String(MAX_RESULTS)
  if (wanted.length < 3 || !/^\d{1,4}$/.test(limit)) return []
  return await source(db, containsParameter(wanted), Math.min(Number(limit), 100))
}

async function submitters(db: Database, pattern: string, limit: number): Promise<unknown[]> {
  const matches = (column: string) => capabilities(db).contains(sql.ref(column), pattern)
  return await db
    .selectFrom('people')
    .select(['id as pk', 'name', 'email'])
    .where((eb) => eb.or([matches('name'), matches('email')]))
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Only maintainers are delegated to. */
async function delegates(db: Database, pattern: string, limit: number): Promise<unknown[]> {
  const matches = (column: string) => capabilities(db).contains(sql.ref(column), pattern)
  return await db
    .selectFrom('users')
    .select(['id as pk', 'username as name'])
    .where('id', 'in', (eb) => eb.selectFrom('maintainers').select('user_id'))
    .where((eb) => eb.or(['username', 'first_name', 'last_name', 'email'].map(matches)))
    .orderBy('id')
    .limit(limit)
    .execute()
}
