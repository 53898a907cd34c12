// Fills a database with made-up rows: in SQL, for a server that takes mail would need days.
import { sql } from 'kysely'
import { correctCounters } from '../dist/db/counters.js'
import { capabilities } from '../dist/db/dialect/dialect.js'
import { transaction } from '../dist/db/transaction.js'
import { correctNewest } from '../dist/domain/checks/newest.js'
import { insertProject } from '../dist/domain/projects/updates.js'

/** Rows that one statement makes. */
const CHUNK = 50_000
/** Of each, how many there are beside one patch. */
const COMMENTS = 3
const CHECKS = 20
const EVENTS = 10
/** Contexts of checks: each has posted several times on a patch. */
const CONTEXTS = 10
const PEOPLE = 2000
export const SERIES_LENGTH = 5
const PROJECTS = ['large', 'small']

/** As in an installation that moved over: a rule that goes over all series changes the database while it is measured. */
const NO_RULES = { auto_superseded: 'off', auto_accepted: 'off', auto_archived: 'off' }

/** The tables that get many rows. Their indexes are made after them, which takes a fraction of the time. */
const LARGE = [
  'series',
  'covers',
  'cover_texts',
  'patches',
  'patch_texts',
  'patch_comments',
  'checks',
  'events',
]

/** About as long as those of mail. */
const HEADERS = 'Received: from mail.example.org by list.example.org\n'.repeat(10)
const CONTENT = 'It mends what was broken, as the discussion showed.\n'.repeat(6)
const DIFF = '+  if (lamp->light > LAMP_MAX) return -EINVAL;\n'.repeat(30)

/**
 * Makes two projects, one with nine tenths of the rows.
 *
 * @param {import('../dist/db/schema.js').Database} db freshly migrated
 * @param {number} patches how many; of comments, checks and events there are several times as many
 */
export async function fillDatabase(db, patches) {
  for (const word of PROJECTS)
    await insertProject(db, {
      link_name: word,
      name: word,
      list_id: `${word}.example.org`,
      list_email: `${word}@example.org`,
      ...NO_RULES,
    })
  const date = dateOf(db)
  await insert(db, 'people', PEOPLE, ['email', 'email_key', 'name'], (i) => [
    sql`'person' || ${i} || '@example.org'`,
    sql`'person' || ${i} || '@example.org'`,
    sql`'Person ' || ${i}`,
  ])
  await insert(
    db,
    'users',
    50,
    ['username', 'email', 'first_name', 'last_name', 'password', 'joined'],
    (i) => [sql`'user' || ${i}`, sql`'user' || ${i} || '@example.org'`, sql`''`, sql`''`, sql`'!'`, date(i)],
  )
  const indexes = await dropIndexes(db)
  await fillSeries(db, Math.ceil(patches / SERIES_LENGTH), date)
  await fillPatches(db, patches, date)
  await fillAround(db, patches, date)
  for (const definition of indexes) await sql.raw(definition).execute(db)
  await fillBundle(db, Math.min(patches, 100))
  await correctCounters(db)
  await correctNewest(db)
  await capabilities(db).analyze(db)
}

/** Drops the indexes of the large tables, but for those of keys; returns the statements that make them again. */
async function dropIndexes(db) {
  const tables = sql.join(LARGE)
  const { rows } =
    capabilities(db).name === 'sqlite'
      ? await sql`select name, sql as definition from sqlite_master
          where type = 'index' and sql is not null and tbl_name in (${tables})`.execute(db)
      : await sql`select indexname as name, indexdef as definition from pg_indexes
          where tablename in (${tables}) and schemaname = current_schema() and not exists (
            select from pg_constraint where conname = indexname)`.execute(db)
  for (const { name } of rows) await sql`drop index ${sql.ref(name)}`.execute(db)
  return rows.map(({ definition }) => definition)
}

async function fillBundle(db, count) {
  await insert(db, 'bundles', 1, ['owner_id', 'project_id', 'name', 'public'], () => [
    sql.lit(1),
    sql.lit(1),
    sql`'bundle'`,
    sql.lit(1),
  ])
  await insert(db, 'bundle_patches', count, ['bundle_id', 'patch_id', 'position'], (i) => [sql.lit(1), i, i])
}

const project = (i) => sql`case when ${i} % 10 = 0 then 2 else 1 end`
const person = (i) => sql`1 + ${i} * 7 % ${sql.lit(PEOPLE)}`

/** The number of the group that a row is in, where each has `size` rows. */
const groupOf = (i, size) => sql`(1 + (${i} - 1) / ${sql.lit(size)})`

async function fillSeries(db, count, date) {
  const mail = ['project_id', 'msgid', 'date', 'received', 'name', 'submitter_id']
  await insert(db, 'covers', count, mail, (i) => [
    project(i),
    sql`'<s' || ${i} || '@example.org>'`,
    date(sql`(${i} * ${sql.lit(SERIES_LENGTH)})`),
    date(sql`(${i} * ${sql.lit(SERIES_LENGTH)})`),
    titleOf(i),
    person(i),
  ])
  await insert(db, 'cover_texts', count, ['cover_id', 'headers', 'content'], (i) => [
    i,
    sql.lit(HEADERS),
    sql.lit(CONTENT),
  ])
  const columns = ['project_id', 'name', 'date', 'received', 'submitter_id', 'version', 'total', 'cover_id']
  await insert(db, 'series', count, columns, (i) => [
    project(i),
    titleOf(i),
    date(sql`(${i} * ${sql.lit(SERIES_LENGTH)})`),
    date(sql`(${i} * ${sql.lit(SERIES_LENGTH)})`),
    person(i),
    sql`1 + ${i} % 3`,
    sql.lit(SERIES_LENGTH),
    i,
  ])
}

async function fillPatches(db, count, date) {
  const columns = [
    'project_id',
    'msgid',
    'date',
    'received',
    'name',
    'submitter_id',
    'state_id',
    'delegate_id',
  ]
  const more = ['archived', 'hash', 'series_id', 'number', 'checks_success', 'checks_fail']
  await insert(db, 'patches', count, [...columns, ...more], (i) => [
    project(groupOf(i, SERIES_LENGTH)),
    sql`'<' || ${i} || '@example.org>'`,
    date(i),
    date(i),
    titleOf(i),
    person(groupOf(i, SERIES_LENGTH)),
    // Nearly all have been dealt with.
    sql`case when ${i} % 50 = 0 then 1 else 2 + ${i} % 8 end`,
    sql`case when ${i} % 4 = 0 then 1 + ${i} % 50 end`,
    sql`case when ${i} % 20 = 0 then 0 else 1 end`,
    sql`'hash' || ${i}`,
    groupOf(i, SERIES_LENGTH),
    sql`1 + (${i} - 1) % ${sql.lit(SERIES_LENGTH)}`,
    sql.lit(CONTEXTS - 1),
    sql.lit(1),
  ])
  await insert(db, 'patch_texts', count, ['patch_id', 'headers', 'content', 'diff'], (i) => [
    i,
    sql.lit(HEADERS),
    sql`${sql.lit(CONTENT)} || ${i}`,
    sql.lit(DIFF),
  ])
}

async function fillAround(db, patches, date) {
  const comment = ['patch_id', 'msgid', 'date', 'submitter_id', 'headers', 'content']
  await insert(db, 'patch_comments', patches * COMMENTS, comment, (i) => [
    groupOf(i, COMMENTS),
    sql`'<c' || ${i} || '@example.org>'`,
    date(sql`(${i} / ${sql.lit(COMMENTS)})`),
    person(i),
    sql.lit(HEADERS),
    sql.lit(CONTENT),
  ])
  await insert(db, 'checks', patches * CHECKS, ['patch_id', 'user_id', 'date', 'context', 'state'], (i) => [
    groupOf(i, CHECKS),
    sql`1 + ${i} % 5`,
    date(sql`(${i} / ${sql.lit(CHECKS)})`),
    sql`'ci-' || ${i} % ${sql.lit(CONTEXTS)}`,
    sql`case when ${i} % 10 = 0 then 3 else 1 end`,
  ])
  await insert(
    db,
    'events',
    patches * EVENTS,
    [
      'category',
      'project_id',
      'date',
      'patch_id',
      'actor_id',
      'series_id',
      'previous_state_id',
      'current_state_id',
    ],
    (i) => [
      sql`case ${i} % 5 when 0 then 'patch-created' when 1 then 'patch-completed' else 'patch-state-changed' end`,
      project(groupOf(i, EVENTS * SERIES_LENGTH)),
      date(sql`(${i} / ${sql.lit(EVENTS)})`),
      groupOf(i, EVENTS),
      sql`case when ${i} % 5 > 1 then 1 + ${i} % 50 end`,
      sql`case when ${i} % 5 = 1 then ${groupOf(i, EVENTS * SERIES_LENGTH)} end`,
      sql`case when ${i} % 5 > 1 then 1 end`,
      sql`case when ${i} % 5 > 1 then 2 end`,
    ],
  )
}

/** A word that nearly all have, one that one of a thousand has, and one of its own. */
function titleOf(i) {
  return sql`'net: mend driver' || ${i} % 1000 || ' for case ' || ${i}`
}

/** The text of a moment, by its number: one each minute from 2016 on. */
function dateOf(db) {
  return capabilities(db).name === 'sqlite'
    ? (i) => sql`strftime('%Y-%m-%dT%H:%M:%S', 1451606400 + ${i} * 60, 'unixepoch')`
    : (i) => sql`to_char(timestamp '2016-01-01' + ${i} * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS')`
}

/** Rows with the numbers from 1 to `count`, whose values `values` makes of theirs. */
async function insert(db, table, count, columns, values) {
  const isSqlite = capabilities(db).name === 'sqlite'
  const list = sql.join(columns.map((column) => sql.ref(column)))
  for (let first = 1; first <= count; first += CHUNK) {
    const last = Math.min(count, first + CHUNK - 1)
    const row = sql.join(values(sql.ref('i')))
    await transaction(db, async (db) => {
      // Every row that is named is there: looking for each would take longer than writing.
      if (!isSqlite) await sql`set local session_replication_role = replica`.execute(db)
      const numbers = isSqlite
        ? sql`(with recursive n(i) as (
            select ${sql.lit(first)} union all select i + 1 from n where i < ${sql.lit(last)}) select i from n)`
        : sql`generate_series(${sql.lit(first)}, ${sql.lit(last)}) as n(i)`
      await sql`insert into ${sql.table(table)} (${list}) select ${row} from ${numbers}`.execute(db)
    })
  }
}
