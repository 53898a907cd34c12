import type { FastifyReply } from 'fastify'
import { notVisible } from '../../auth/not-visible.js'
import { canEditBundle, canSeeBundle } from '../../auth/permissions.js'
import { transaction } from '../../db/transaction.js'
import {
  deleteBundle,
  findBundleById,
  type ListedBundle,
  MAX_BUNDLE_NAME,
  removeFromBundle,
  reorderBundle,
  updateBundle,
} from '../../domain/bundles/bundles.js'
import { listPatchLines, type PatchLine } from '../../domain/patches/list.js'
import { listBundlePatchIds } from '../../domain/patches/mbox-queries.js'
import { findProjectById, type Project } from '../../domain/projects/projects.js'
import { listStates } from '../../domain/states/states.js'
import { listTags } from '../../domain/tags/tags.js'
import { Conflict, EditConflict, Invalid, NotFound } from '../../util/errors.js'
import { bundlePath } from '../../util/urls.js'
import { addOwnForm, type OwnVisit } from '../framework/auth-guard.js'
import {
  changedValues,
  type Field,
  inConflict,
  readFields,
  type Sent,
  unchanged,
} from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { addPage, type Mount, redirectWith, type Visit } from '../framework/request-context.js'
import { type RowPage, rowPage } from '../framework/row-page.js'
import { changeChosen, readBulkChoices } from '../patches/bulk.js'
import { BulkForm } from '../patches/bulk-form.js'
import { countOfPatches } from '../text/count.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { PatchTable } from '../ui/patch-table.js'
import { ownBundle, visibleBundle } from './bundle-loader.js'
import { DeleteBundle } from './list-page.js'
import { isAsShown, newOrder } from './order.js'
import { BundleOrder } from './order-form.js'

/** One bundle: for everybody if it is public, and to be changed by its owner alone. */
export function addBundlePages(mount: Mount): void {
  addPage(mount, '/bundle/:owner/:name/', async (visit) => {
    const { owner = '', name } = visit.request.params as Record<string, string>
    // An address of old: `/bundle/12/mbox/`.
    if (name === 'mbox' && /^\d{1,9}$/.test(owner)) {
      const old = await findBundleById(visit.db, Number(owner))
      if (old && canSeeBundle(visit.viewer, old))
        return visit.reply.redirect(`${bundlePath(old.owner, old.name)}mbox/`)
    }
    return await showBundle(visit, await visibleBundle(visit))
  })
  addOwnForm(mount, '/bundle/:owner/:name/', async (visit, form) => {
    if (!form.has('action')) return await changeBundle(visit, form)
    const bundle = await visibleBundle(visit)
    const project = visit.projects.find(({ id }) => id === bundle.project_id)
    if (!project) throw new NotFound()
    return await changeChosen(visit, project, form, (shown) => showBundle(shown, bundle))
  })
  addOwnForm(mount, '/bundle/:owner/:name/order/', changeOrder)
  addOwnForm(mount, '/bundle/:owner/:name/remove/', removePatches)
  addOwnForm(mount, '/bundle/:owner/:name/delete/', async (visit) => {
    const { id, name } = await ownBundle(visit)
    await deleteBundle(visit.db, id)
    return redirectWith(visit, '/user/bundles/', `Bundle “${name}” is deleted.`)
  })
  addOldAddresses(mount)
}

/** Addresses by number lead to those by name, for viewers who may see the bundle. */
function addOldAddresses(mount: Mount): void {
  for (const [old, suffix] of [
    ['/bundle/:id/', ''],
    ['/user/bundle/:id/', ''],
    ['/user/bundle/:id/mbox/', 'mbox/'],
  ] as const)
    addPage(mount, old, async ({ db, viewer, request, reply }) => {
      const bundle = await findBundleById(db, numberParameter(request, 'id'))
      if (!bundle || !canSeeBundle(viewer, bundle)) throw notVisible(viewer)
      return reply.redirect(bundlePath(bundle.owner, bundle.name) + suffix)
    })
}

const FIELDS: readonly Field[] = [
  { name: 'name', label: 'Name', kind: 'text', isRequired: true, max: MAX_BUNDLE_NAME },
  {
    name: 'public',
    label: 'Public',
    kind: 'flag',
    help: 'Everybody who has its address sees it and can download it; only you can change it.',
  },
]

async function changeBundle(visit: OwnVisit, form: URLSearchParams) {
  const bundle = await ownBundle(visit)
  const sent = readFields(FIELDS, form)
  const { name, public: flag } = changedValues(sent)
  const isPublic = (flag ?? bundle.public) === 1
  const change = {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(flag === undefined ? {} : { public: isPublic }),
  }
  const expected = sent.shown && { name: String(sent.shown.name), public: sent.shown.public === 1 }
  try {
    await updateBundle(visit.db, bundle.id, change, expected)
  } catch (error) {
    if (error instanceof EditConflict)
      return await refuseSettings(visit, bundle, inConflict(FIELDS, sent, error), error.status)
    if (!(error instanceof Invalid)) throw error
    return await refuseSettings(visit, bundle, { ...sent, problems: { name: error.message } }, error.status)
  }
  const told = isPublic ? 'Saved: everybody who has its address sees it.' : 'Saved: nobody but you sees it.'
  return redirectWith(visit, bundlePath(bundle.owner, change.name ?? bundle.name), told)
}

async function refuseSettings(visit: OwnVisit, bundle: ListedBundle, settings: Sent, status: number) {
  void visit.reply.code(status)
  return await showBundle(visit, bundle, settings)
}

async function changeOrder(visit: OwnVisit, form: URLSearchParams) {
  const { db: database } = visit
  const bundle = await ownBundle(visit)
  const { id, owner, name } = bundle
  try {
    await transaction(database, async (db) => {
      const before = await listBundlePatchIds(db, id)
      if (!isAsShown(before, form)) throw new Conflict(ORDER_CONFLICT)
      await reorderBundle(db, id, newOrder(before, form))
    })
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    void visit.reply.code(error.status)
    return await showBundle(
      { ...visit, message: { text: error.message, isProblem: true }, sent: form },
      bundle,
    )
  }
  const isStep = form.has('up') || form.has('down')
  const query = new URLSearchParams(visit.query)
  if (isStep) query.set('order', '1')
  const path = `${bundlePath(owner, name)}${query.size > 0 ? `?${query}` : ''}${isStep ? '#order' : ''}`
  return redirectWith(visit, path, 'The order is saved.')
}

const ORDER_CONFLICT =
  'This bundle was changed in another window in the meantime. Nothing was saved: below is its order now, with the places that you entered.'

async function removePatches(visit: OwnVisit, form: URLSearchParams): Promise<FastifyReply> {
  const { id, owner, name } = await ownBundle(visit)
  const chosen = form
    .getAll('patch')
    .filter((each) => /^\d{1,9}$/.test(each))
    .map(Number)
  const count = await removeFromBundle(visit.db, id, chosen)
  const told = count === 0 ? 'No patch is chosen.' : `${countOfPatches(count)} removed from the bundle.`
  return redirectWith(visit, bundlePath(owner, name), told, count === 0)
}

/** The page of a bundle; where its settings were refused, with what was sent. */
async function showBundle(visit: Visit, bundle: ListedBundle, settings?: Sent) {
  const project = await findProjectById(visit.db, bundle.project_id)
  if (!project) throw new NotFound()
  const page = rowPage(visit, await listBundlePatchIds(visit.db, bundle.id))
  const lines = new Map((await listPatchLines(visit.db, page.ids)).map((line) => [line.id, line]))
  const rows = page.ids.flatMap((id) => lines.get(id) ?? [])
  const isOwn = canEditBundle(visit.viewer, bundle)
  return (
    <Layout
      visit={visit}
      title={`Bundle ${bundle.name}`}
      project={project}
      section="bundles"
      styles={['patch-list.css', 'bundle.css']}
      scripts={['patch-list.js', ...(isOwn ? ['bundle.js'] : [])]}
    >
      <h1>
        <bdi>{bundle.name}</bdi>
      </h1>
      <Facts visit={visit} bundle={bundle} />
      {await patchesOf(visit, bundle, project, { rows, page, isOwn })}
      {isOwn && (
        <OwnParts visit={visit as OwnVisit} bundle={bundle} rows={rows} page={page} settings={settings} />
      )}
    </Layout>
  )
}

function Facts({ visit, bundle }: { visit: Visit; bundle: ListedBundle }) {
  const path = bundlePath(bundle.owner, bundle.name)
  return (
    <p>
      A bundle of <bdi>{bundle.owner}</bdi> with {countOfPatches(bundle.patches)}.{' '}
      {bundle.public === 1 ? (
        <>
          It is public: <a href={path}>{visit.base + path}</a>.
        </>
      ) : (
        'It is private.'
      )}{' '}
      <a class="button" href={`${path}mbox/`}>
        Download mbox
      </a>
    </p>
  )
}

async function patchesOf(
  visit: Visit,
  bundle: ListedBundle,
  project: Project,
  { rows, page, isOwn }: { rows: readonly PatchLine[]; page: RowPage; isOwn: boolean },
) {
  const { db } = visit
  const choices = await readBulkChoices(visit, project, rows)
  const tags = project.use_tags ? (await listTags(db)).filter(({ show_column }) => show_column) : []
  if (rows.length === 0) return <p class="none">No patches to show.</p>
  const table = (
    <PatchTable
      project={project}
      rows={rows}
      states={await listStates(db)}
      tags={tags}
      listPath={`/project/${project.link_name}/list/`}
      chosen={visit.sent?.getAll('patch')}
      isSelectable={choices !== undefined}
      showsIds={visit.viewer?.show_ids === 1}
    />
  )
  const pages = <Pagination page={page.page} pages={page.pages} hrefOf={(each) => `?page=${each}`} />
  if (!choices)
    return (
      <>
        {table}
        {pages}
      </>
    )
  const path = bundlePath(bundle.owner, bundle.name)
  return (
    <BulkForm
      visit={visit}
      path={page.page > 1 ? `${path}?page=${page.page}` : path}
      choices={choices}
      rows={rows}
      pagination={pages}
      more={isOwn && <button formaction={`${path}remove/`}>Remove from bundle</button>}
      keepsOrder
    >
      {table}
    </BulkForm>
  )
}

interface OwnProps {
  visit: OwnVisit
  bundle: ListedBundle
  rows: readonly PatchLine[]
  page: RowPage
  settings: Sent | undefined
}

function OwnParts({ visit, bundle, rows, page, settings }: OwnProps) {
  return (
    <div class="own">
      {rows.length > 1 && <BundleOrder visit={visit} bundle={bundle} rows={rows} start={page.start} />}
      <section class="card">
        <h2>Settings</h2>
        <Form visit={visit} action={bundlePath(bundle.owner, bundle.name)}>
          <Fields fields={FIELDS} sent={settings ?? unchanged(FIELDS, bundle)} />
          <div class="actions">
            <button class="main">Save</button>
          </div>
        </Form>
        <DeleteBundle visit={visit} bundle={bundle} />
      </section>
    </div>
  )
}
