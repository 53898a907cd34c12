import type { FastifyReply } from 'fastify'
import type { ComponentChildren, VNode } from 'preact'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import type { AuditedTable } from '../../domain/states/commands.js'
import { EditConflict, NotFound } from '../../util/errors.js'
import { actorOf, type OwnVisit } from '../framework/auth-guard.js'
import {
  changedValues,
  type Field,
  inConflict,
  readFields,
  type Sent,
  unchanged,
  type Values,
} from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type Mount, redirectWith } from '../framework/request-context.js'
import { ActionTitle } from '../ui/action-title.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { addAdminForm, addAdminPage } from './admin.js'

interface Named {
  id: number
  name: string
}

/** A small table that administrators keep: its list, with a form to add a row, and a page to change each. */
export interface Kept<Row extends Named, Change> {
  readonly path: string
  readonly kind: 'state' | 'tag'
  readonly title: string
  /** What there is to know of it, above the list. */
  readonly intro: ComponentChildren
  readonly fields: readonly Field[]
  /** Titles of the columns behind the name. */
  readonly columns: readonly string[]
  readonly cells: (row: Row) => readonly ComponentChildren[]
  readonly list: (db: Database) => Promise<readonly Row[]>
  /** What the form of a new row begins with. */
  readonly fresh: (rows: readonly Row[]) => Values
  /** What was sent, as a row has it. */
  readonly read: (values: Values) => Change
  readonly table: AuditedTable<Change>
  /** What stands in front of the name of a row in the list, such as buttons. */
  readonly handle?: (visit: OwnVisit, row: Row, rows: readonly Row[]) => VNode
  /** What is wrong where another row is in the way. */
  readonly taken: string
}

/** The pages of such a table. */
export function addKeptPages<Row extends Named, Change>(mount: Mount, kept: Kept<Row, Change>): void {
  const { path } = kept
  addAdminPage(mount, path, async (visit) => listPage(visit, kept))
  addAdminForm(mount, path, async (visit, form) => {
    const sent = readFields(kept.fields, form)
    const problem = await problemOf(visit, kept, sent, () =>
      kept.table.add(visit.db, actorOf(visit), kept.read(sent.values)),
    )
    if (!problem) return redirectWith(visit, path, `The ${kept.kind} is added.`)
    return await listPage(visit, kept, problem)
  })
  addAdminPage(mount, `${path}:id/`, async (visit) => editPage(visit, kept, await rowOf(visit, kept)))
  addAdminForm(mount, `${path}:id/`, async (visit, form) => change(visit, kept, form))
  addAdminForm(mount, `${path}:id/remove/`, async (visit) => remove(visit, kept))
}

async function rowOf<Row extends Named, Change>(
  { db, request }: OwnVisit,
  { list }: Kept<Row, Change>,
): Promise<Row> {
  const id = numberParameter(request, 'id')
  const row = (await list(db)).find((each) => each.id === id)
  if (!row) throw new NotFound()
  return row
}

/** Does what is done with what was sent; gives it, with the status of a refusal, where something is wrong. */
async function problemOf(
  { db, reply }: OwnVisit,
  { taken, fields }: { taken: string; fields: readonly Field[] },
  sent: Sent,
  work: () => Promise<void>,
): Promise<Sent | undefined> {
  try {
    if (Object.keys(sent.problems).length === 0) {
      await work()
      return undefined
    }
  } catch (error) {
    if (error instanceof EditConflict) {
      void reply.code(409)
      return inConflict(fields, sent, error)
    }
    if (!capabilities(db).isUniqueViolation(error)) throw error
    void reply.code(400)
    return { ...sent, problems: { name: taken } }
  }
  void reply.code(400)
  return sent
}

async function listPage<Row extends Named, Change>(
  visit: OwnVisit,
  kept: Kept<Row, Change>,
  problem?: Sent,
): Promise<VNode> {
  const rows = await kept.list(visit.db)
  const sent = problem ?? { values: kept.fresh(rows), problems: {} }
  return (
    <Layout visit={visit} title={kept.title} styles={['admin.css']}>
      <h1>{kept.title}</h1>
      <p class="help">{kept.intro}</p>
      <RowTable visit={visit} kept={kept} rows={rows} />
      <section class="card">
        <h2>Add a {kept.kind}</h2>
        <Form visit={visit} action={kept.path}>
          <Fields fields={kept.fields} sent={sent} />
          <div class="actions">
            <button class="main">Add</button>
          </div>
        </Form>
      </section>
    </Layout>
  )
}

interface TableProps<Row extends Named, Change> {
  visit: OwnVisit
  kept: Kept<Row, Change>
  rows: readonly Row[]
}

function RowTable<Row extends Named, Change>({ visit, kept, rows }: TableProps<Row, Change>) {
  return (
    <table class="list lines">
      <thead>
        <tr>
          {kept.handle && <ActionTitle />}
          <th>Name</th>
          {kept.columns.map((title) => (
            <th>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {kept.handle && <td class="handle">{kept.handle(visit, row, rows)}</td>}
            <td>
              <a href={`${kept.path}${row.id}/`}>
                <bdi>{row.name}</bdi>
              </a>
            </td>
            {kept.cells(row).map((cell, index) => (
              <td data-title={kept.columns[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function editPage<Row extends Named, Change>(
  visit: OwnVisit,
  kept: Kept<Row, Change>,
  row: Row,
  problem?: Sent,
): VNode {
  const path = `${kept.path}${row.id}/`
  return (
    <Layout visit={visit} title={row.name} styles={['account.css', 'admin.css']}>
      <div class="entry">
        <h1>
          <bdi>{row.name}</bdi>
        </h1>
        <Form visit={visit} action={path}>
          <Fields fields={kept.fields} sent={problem ?? unchanged(kept.fields, row)} />
          <div class="actions">
            <button class="main">Save</button>
            <a href={kept.path}>All {kept.title.toLowerCase()}</a>
          </div>
        </Form>
        <Form visit={visit} action={`${path}remove/`}>
          <p>
            <button>Delete it</button> <small class="help">Only where nothing has it.</small>
          </p>
        </Form>
      </div>
    </Layout>
  )
}

async function change<Row extends Named, Change>(
  visit: OwnVisit,
  kept: Kept<Row, Change>,
  form: URLSearchParams,
): Promise<VNode | FastifyReply> {
  const row = await rowOf(visit, kept)
  const sent = readFields(kept.fields, form, row)
  const problem = await problemOf(visit, kept, sent, () =>
    kept.table.change(visit.db, actorOf(visit), row.id, changeOf(kept, sent), sent.shown as Partial<Change>),
  )
  if (!problem) return redirectWith(visit, kept.path, `The ${kept.kind} is saved.`)
  return editPage(visit, kept, row, problem)
}

/** Only what was changed. */
function changeOf<Row extends Named, Change>({ read }: Kept<Row, Change>, sent: Sent): Partial<Change> {
  const changed = changedValues(sent)
  const fields = Object.entries(read(sent.values) as object).filter(([name]) => name in changed)
  return Object.fromEntries(fields) as Partial<Change>
}

async function remove<Row extends Named, Change>(
  visit: OwnVisit,
  kept: Kept<Row, Change>,
): Promise<FastifyReply> {
  const row = await rowOf(visit, kept)
  if (!(await kept.table.remove(visit.db, actorOf(visit), row.id)))
    return redirectWith(visit, `${kept.path}${row.id}/`, `'${row.name}' is in use; it stays.`, true)
  return redirectWith(visit, kept.path, `The ${kept.kind} is deleted.`)
}
