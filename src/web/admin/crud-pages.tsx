import type { FastifyReply } from 'fastify'
import type { ComponentChildren, VNode } from 'preact'
import { capabilities } from '../../db/dialect/dialect.js'
import type { Database } from '../../db/schema.js'
import type { AuditedTable } from '../../domain/states/commands.js'
import { EditConflict, NotFound } from '../../util/errors.js'
import { actorOf, type UserContext } from '../framework/auth-guard.js'
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
import { type AppContext, redirectWith } from '../framework/request-context.js'
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
export interface CrudTable<Row extends Named, Change> {
  readonly path: string
  readonly kind: 'state' | 'tag'
  readonly title: string
  /** The introduction above the list. */
  readonly intro: ComponentChildren
  readonly fields: readonly Field[]
  /** Titles of the columns after the name. */
  readonly columns: readonly string[]
  readonly cells: (row: Row) => readonly ComponentChildren[]
  readonly list: (db: Database) => Promise<readonly Row[]>
  /** Initial values of the form for a new row. */
  readonly fresh: (rows: readonly Row[]) => Values
  /** The submitted values as columns. */
  readonly read: (values: Values) => Change
  readonly table: AuditedTable<Change>
  /** Content before the name of a row, such as buttons. */
  readonly handle?: (context: UserContext, row: Row, rows: readonly Row[]) => VNode
  /** The error message if another row has the same name. */
  readonly taken: string
}

/** The pages of such a table. */
export function addCrudPages<Row extends Named, Change>(
  appContext: AppContext,
  crud: CrudTable<Row, Change>,
): void {
  const { path } = crud
  addAdminPage(appContext, path, async (context) => listPage(context, crud))
  addAdminForm(appContext, path, async (context, form) => {
    const sent = readFields(crud.fields, form)
    const problem = await problemOf(context, crud, sent, () =>
      crud.table.add(context.db, actorOf(context), crud.read(sent.values)),
    )
    if (!problem) return redirectWith(context, path, `The ${crud.kind} is added.`)
    return await listPage(context, crud, problem)
  })
  addAdminPage(appContext, `${path}:id/`, async (context) =>
    editPage(context, crud, await rowOf(context, crud)),
  )
  addAdminForm(appContext, `${path}:id/`, async (context, form) => change(context, crud, form))
  addAdminForm(appContext, `${path}:id/remove/`, async (context) => remove(context, crud))
}

async function rowOf<Row extends Named, Change>(
  { db, request }: UserContext,
  { list }: CrudTable<Row, Change>,
): Promise<Row> {
  const id = numberParameter(request, 'id')
  const row = (await list(db)).find((each) => each.id === id)
  if (!row) throw new NotFound()
  return row
}

/** Runs the action of a form; returns the form with its problems, and sets the status, if it is refused. */
async function problemOf(
  { db, reply }: UserContext,
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
  context: UserContext,
  crud: CrudTable<Row, Change>,
  problem?: Sent,
): Promise<VNode> {
  const rows = await crud.list(context.db)
  const sent = problem ?? { values: crud.fresh(rows), problems: {} }
  return (
    <Layout context={context} title={crud.title} styles={['admin.css']}>
      <h1>{crud.title}</h1>
      <p class="help">{crud.intro}</p>
      <RowTable context={context} crud={crud} rows={rows} />
      <section class="card">
        <h2>Add a {crud.kind}</h2>
        <Form context={context} action={crud.path}>
          <Fields fields={crud.fields} sent={sent} />
          <div class="actions">
            <button class="main">Add</button>
          </div>
        </Form>
      </section>
    </Layout>
  )
}

interface TableProps<Row extends Named, Change> {
  context: UserContext
  crud: CrudTable<Row, Change>
  rows: readonly Row[]
}

function RowTable<Row extends Named, Change>({ context, crud, rows }: TableProps<Row, Change>) {
  return (
    <table class="list lines">
      <thead>
        <tr>
          {crud.handle && <ActionTitle />}
          <th>Name</th>
          {crud.columns.map((title) => (
            <th>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {crud.handle && <td class="handle">{crud.handle(context, row, rows)}</td>}
            <td>
              <a href={`${crud.path}${row.id}/`}>
                <bdi>{row.name}</bdi>
              </a>
            </td>
            {crud.cells(row).map((cell, index) => (
              <td data-title={crud.columns[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function editPage<Row extends Named, Change>(
  context: UserContext,
  crud: CrudTable<Row, Change>,
  row: Row,
  problem?: Sent,
): VNode {
  const path = `${crud.path}${row.id}/`
  return (
    <Layout context={context} title={row.name} styles={['account.css', 'admin.css']}>
      <div class="entry">
        <h1>
          <bdi>{row.name}</bdi>
        </h1>
        <Form context={context} action={path}>
          <Fields fields={crud.fields} sent={problem ?? unchanged(crud.fields, row)} />
          <div class="actions">
            <button class="main">Save</button>
            <a href={crud.path}>All {crud.title.toLowerCase()}</a>
          </div>
        </Form>
        <Form context={context} action={`${path}remove/`}>
          <p>
            <button>Delete</button> <small class="help">Only while nothing uses it.</small>
          </p>
        </Form>
      </div>
    </Layout>
  )
}

async function change<Row extends Named, Change>(
  context: UserContext,
  crud: CrudTable<Row, Change>,
  form: URLSearchParams,
): Promise<VNode | FastifyReply> {
  const row = await rowOf(context, crud)
  const sent = readFields(crud.fields, form, row)
  const problem = await problemOf(context, crud, sent, () =>
    crud.table.change(
      context.db,
      actorOf(context),
      row.id,
      changeOf(crud, sent),
      sent.shown as Partial<Change>,
    ),
  )
  if (!problem) return redirectWith(context, crud.path, `The ${crud.kind} is saved.`)
  return editPage(context, crud, row, problem)
}

/** The changed fields only. */
function changeOf<Row extends Named, Change>({ read }: CrudTable<Row, Change>, sent: Sent): Partial<Change> {
  const changed = changedValues(sent)
  const fields = Object.entries(read(sent.values) as object).filter(([name]) => name in changed)
  return Object.fromEntries(fields) as Partial<Change>
}

async function remove<Row extends Named, Change>(
  context: UserContext,
  crud: CrudTable<Row, Change>,
): Promise<FastifyReply> {
  const row = await rowOf(context, crud)
  if (!(await crud.table.remove(context.db, actorOf(context), row.id)))
    return redirectWith(context, `${crud.path}${row.id}/`, `'${row.name}' is in use; it stays.`, true)
  return redirectWith(context, crud.path, `The ${crud.kind} is deleted.`)
}
