import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { byIds } from '../../db/by-id.js'
import { capabilities, containsParameter } from '../../db/dialect/dialect.js'
import {
  anyOf,
  compare,
  condition,
  containsEach,
  type FilterClause,
  inOrder,
  listIds,
  type OrderKey,
} from '../../db/pagination.js'
import type { Database } from '../../db/schema.js'
import type { CheckCounts } from '../checks/checks.js'
import { listStateIds, listStates } from '../states/states.js'
import { tagCountsOf } from '../tags/tags.js'

/** Lists of patches as the pages show them. */

/** Numbers of people, or a part of a name or an address. */
export type Submitter = readonly number[] | string

/** Which patches; what is absent does not matter. */
export interface PatchFilter {
  project?: number
  series?: number
  submitter?: Submitter
  /** The number of a user, a part of a name, or null: nobody. */
  delegate?: number | string | null
  /** A number, or `'open'`: those that ask somebody to act. */
  state?: number | 'open'
  isArchived?: boolean
  /** Each has to be in the name, whatever its case. */
  words?: readonly string[]
}

export const PATCH_ORDERS = ['name', 'date', 'submitter', 'delegate', 'state'] as const

export interface PatchOrder {
  readonly by: (typeof PATCH_ORDERS)[number]
  readonly isDescending: boolean
}

/** One line of a list. */
export interface PatchLine extends CheckCounts {
  id: number
  project_id: number
  msgid: string
  name: string
  date: string
  state_id: number
  archived: number
  delegate_id: number | null
  submitter_id: number
  submitter_name: string | null
  submitter_email: string
  delegate_username: string | null
  series_id: number | null
  series_name: string | null
  /** How often each tag was given, by the tag's number; undefined for a patch without any. */
  tags: ReadonlyMap<number, number> | undefined
}

export interface PatchPage {
  rows: PatchLine[]
  /** How many there are in all, counted up to `COUNTED` behind the page. */
  total: number
  isMore: boolean
}

/** Rows after a page are counted up to this number. */
export const COUNTED = 10_000

/** One page of the patches that a filter lets through. */
export async function listPatches(
  db: Database,
  filter: PatchFilter,
  order: PatchOrder,
  { limit, offset }: { limit: number; offset: number },
): Promise<PatchPage> {
  const criteria = await patchCriteria(db, filter)
  const most = offset + COUNTED
  const request = { criteria, order: await orderKeys(db, order), limit, offset, most }
  const { ids, total } = await listIds(db, 'patches', request)
  return { rows: await listPatchLines(db, ids), total, isMore: total === most }
}

/** The lines of some patches, in the order of `ids`. */
export async function listPatchLines(db: Database, ids: readonly number[]): Promise<PatchLine[]> {
  const [lines, counts] = await Promise.all([linesById(db, ids), tagCountsOf(db, ids)])
  const tags = new Map<number, Map<number, number>>()
  for (const { patch_id, tag_id, count } of counts) {
    const known = tags.get(patch_id)
    if (known) known.set(tag_id, count)
    else tags.set(patch_id, new Map([[tag_id, count]]))
  }
  for (const line of lines) line.tags = tags.get(line.id)
  return inOrder(ids, lines)
}

const linesById = byIds<PatchLine>(
  (db, ids) =>
    db
      .selectFrom('patches')
      .innerJoin('people', 'people.id', 'patches.submitter_id')
      .leftJoin('users', 'users.id', 'patches.delegate_id')
      .leftJoin('series', 'series.id', 'patches.series_id')
      .select(['patches.id', 'patches.project_id', 'patches.msgid', 'patches.name', 'patches.date'])
      .select(['patches.state_id', 'patches.archived', 'patches.submitter_id', 'patches.series_id'])
      .select('patches.delegate_id')
      .select(['patches.checks_pending', 'patches.checks_success'])
      .select(['patches.checks_warning', 'patches.checks_fail'])
      .select(['people.name as submitter_name', 'people.email as submitter_email'])
      .select(['users.username as delegate_username', 'series.name as series_name'])
      .where((eb) => capabilities(db).anyOf(eb.ref('patches.id'), ids)) as never,
)

/** The criteria that a filter stands for. */
async function patchCriteria(db: Database, filter: PatchFilter): Promise<FilterClause[]> {
  const { project, series, submitter, delegate, state, isArchived, words = [] } = filter
  const criteria: FilterClause[] = []
  if (project !== undefined) criteria.push(compare('project_id', '=', project))
  if (isArchived !== undefined) criteria.push(compare('archived', '=', isArchived ? 1 : 0))
  if (state !== undefined) criteria.push(anyOf(db, 'state_id', await statesOf(db, state)))
  if (series !== undefined) criteria.push(compare('series_id', '=', series))
  if (submitter !== undefined) criteria.push(submitterClause(db, submitter))
  if (delegate === null) criteria.push(condition('nobody', sql`delegate_id is null`))
  else if (typeof delegate === 'string') criteria.push(delegateLike(delegate))
  else if (delegate !== undefined) criteria.push(compare('delegate_id', '=', delegate))
  return [...criteria, ...containsEach(db, ['name'], words)]
}

async function statesOf(db: Database, state: number | 'open'): Promise<number[]> {
  if (state !== 'open') return [state]
  return await listStateIds(db, true)
}

/** Of one of these people; also for series. */
export function submitterClause(db: Database, submitter: Submitter): FilterClause {
  if (typeof submitter !== 'string') return anyOf(db, 'submitter_id', submitter)
  return like('submitter', submitter, (matches) => {
    const name = matches('people.name')
    const email = matches('people.email')
    return sql`submitter_id in (select people.id from people where ${name} or ${email})`
  })
}

function delegateLike(text: string): FilterClause {
  return like('delegate', text, (matches) => {
    const any = ['users.username', 'users.first_name', 'users.last_name'].map(matches)
    return sql`delegate_id in (select users.id from users where ${sql.join(any, sql` or `)})`
  })
}

/** A condition on what another table says: `matches` tells whether one of its columns contains the text. */
function like(
  key: string,
  text: string,
  build: (matches: (column: string) => RawBuilder<SqlBool>) => RawBuilder<SqlBool>,
): FilterClause {
  return {
    key: `${key}~`,
    value: containsParameter(text),
    isScan: true,
    where: (db, pattern) => build((column) => capabilities(db).contains(sql.ref(column), pattern)),
  }
}

/** What `order` sorts by. It ends in the number, so that ties stay in one order. */
async function orderKeys(db: Database, { by, isDescending }: PatchOrder): Promise<OrderKey[]> {
  const expression = {
    name: 'name',
    date: 'date',
    submitter: '(select coalesce(people.name, people.email) from people where people.id = submitter_id)',
    // Nobody's stand behind, in both databases alike.
    delegate: `coalesce((select username from users where users.id = delegate_id), '~')`,
    state: by === 'state' ? await stateOrder(db) : '',
  }[by]
  return [
    { expression, isDescending },
    { expression: 'id', isDescending },
  ]
}

/** States sort by their place, not by their number. */
async function stateOrder(db: Database): Promise<string> {
  const cases = (await listStates(db)).map(({ id, ordering }) => `when ${id} then ${ordering}`)
  return `case state_id ${cases.join(' ')} else 0 end`
}
