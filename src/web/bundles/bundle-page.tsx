import type { FastifyReply } from 'fastify'
import { notVisible } from '../../auth/not-visible.js'
import { canEditBundle, canSeeBundle } from '../../auth/permissions.js'
import { arrangeBundle, changeBundle, reduceBundle, removeBundle } from '../../domain/bundles/commands.js'
import { findBundleById, type ListedBundle } from '../../domain/bundles/queries.js'
import { MAX_BUNDLE_NAME } from '../../domain/bundles/rules.js'
import { listPatchLines, type PatchLine } from '../../domain/patches/list.js'
import { listBundlePatchIds } from '../../domain/patches/mbox-queries.js'
import { findProjectById, type Project } from '../../domain/projects/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { Conflict, EditConflict, Invalid, NotFound } from '../../util/errors.js'
import { parseId } from '../../util/text.js'
import { bundlePath } from '../../util/urls.js'
import { actorOf, addUserForm, type UserContext } from '../framework/auth-guard.js'
import {
  changedValues,
  type Field,
  inConflict,
  readFields,
  type Sent,
  unchanged,
} from '../framework/fields.js'
import { numberParameter } from '../framework/parameters.js'
import { type AppContext, addPage, type RequestContext, redirectWith } from '../framework/request-context.js'
import { type RowPage, rowPage } from '../framework/row-page.js'
import { changeChosen, readBulkChoices } from '../patches/bulk.js'
import { BulkForm } from '../patches/bulk-form.js'
import { tagColumns } from '../patches/list.js'
import { countOfPatches } from '../text/count.js'
import { Fields } from '../ui/fields.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'
import { Pagination } from '../ui/pagination.js'
import { PatchTable } from '../ui/patch-table.js'
import { visibleBundle } from './bundle-loader.js'
import { DeleteBundle } from './list-page.js'
import { matchesShownOrder, newOrder } from './order.js'
import { BundleOrder } from './order-form.js'

/** One bundle: visible to all if it is public; only its owner can change it. */
export function addBundlePages(appContext: AppContext): void {
  addPage(appContext, '/bundle/:owner/:name/', async (context) => {
    const { owner = '', name } = context.request.params as Record<string, string>
    // An address of old: `/bundle/12/mbox/`.
    if (name === 'mbox' && /^\d{1,9}$/.test(owner)) {
      const old = await findBundleById(context.db, Number(owner))
      if (old && canSeeBundle(context.viewer, old))
        return context.reply.redirect(`${bundlePath(old.owner, old.name)}mbox/`)
    }
    return await showBundle(context, await visibleBundle(context))
  })
  addUserForm(appContext, '/bundle/:owner/:name/', async (context, form) => {
    if (!form.has('action')) return await changeSettings(context, form)
    const bundle = await visibleBundle(context)
    const project = context.projects.find(({ id }) => id === bundle.project_id)
    if (!project) throw new NotFound()
    return await changeChosen(context, project, form, (shown) => showBundle(shown, bundle))
  })
  addUserForm(appContext, '/bundle/:owner/:name/order/', changeOrder)
  addUserForm(appContext, '/bundle/:owner/:name/remove/', removePatches)
  addUserForm(appContext, '/bundle/:owner/:name/delete/', async (context) => {
    const { id, name } = await visibleBundle(context)
    await removeBundle(context.db, actorOf(context), id)
    return redirectWith(context, '/user/bundles/', `Bundle “${name}” is deleted.`)
  })
  addOldAddresses(appContext)
}

/** Addresses by number lead to those by name, for viewers who may see the bundle. */
function addOldAddresses(appContext: AppContext): void {
  for (const [old, suffix] of [
    ['/bundle/:id/', ''],
    ['/user/bundle/:id/', ''],
    ['/user/bundle/:id/mbox/', 'mbox/'],
  ] as const)
    addPage(appContext, old, async ({ db, viewer, request, reply }) => {
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
    help: 'Everybody with the link can see and download it; only you can change it.',
  },
]

async function changeSettings(context: UserContext, form: URLSearchParams) {
  const bundle = await visibleBundle(context)
  const sent = readFields(FIELDS, form)
  const { name, public: flag } = changedValues(sent)
  const isPublic = (flag ?? bundle.public) === 1
  const change = {
    ...(name === undefined ? {} : { name: String(name) }),
    ...(flag === undefined ? {} : { public: isPublic }),
  }
  const expected = sent.shown && { name: String(sent.shown.name), public: sent.shown.public === 1 }
  try {
    await changeBundle(context.db, actorOf(context), bundle.id, change, expected)
  } catch (error) {
    if (error instanceof EditConflict)
      return await refuseSettings(context, bundle, inConflict(FIELDS, sent, error), error.status)
    if (!(error instanceof Invalid)) throw error
    return await refuseSettings(context, bundle, { ...sent, problems: { name: error.message } }, error.status)
  }
  const told = isPublic ? 'Saved. Everybody with the link can see it.' : 'Saved. Only you can see it.'
  return redirectWith(context, bundlePath(bundle.owner, change.name ?? bundle.name), told)
}

async function refuseSettings(context: UserContext, bundle: ListedBundle, settings: Sent, status: number) {
  void context.reply.code(status)
  return await showBundle(context, bundle, settings)
}

async function changeOrder(context: UserContext, form: URLSearchParams) {
  const bundle = await visibleBundle(context)
  const { id, owner, name } = bundle
  try {
    await arrangeBundle(context.db, actorOf(context), id, (before) => {
      if (!matchesShownOrder(before, form)) throw new Conflict(ORDER_CONFLICT)
      return newOrder(before, form)
    })
  } catch (error) {
    if (!(error instanceof Conflict)) throw error
    void context.reply.code(error.status)
    return await showBundle(
      { ...context, message: { text: error.message, isProblem: true }, sent: form },
      bundle,
    )
  }
  const isStep = form.has('up') || form.has('down')
  const query = new URLSearchParams(context.query)
  if (isStep) query.set('order', '1')
  const path = `${bundlePath(owner, name)}${query.size > 0 ? `?${query}` : ''}${isStep ? '#order' : ''}`
  return redirectWith(context, path, 'The order is saved.')
}

const ORDER_CONFLICT =
  'This bundle was changed in another window in the meantime. Nothing was saved: below is its order now, with the places that you entered.'

async function removePatches(context: UserContext, form: URLSearchParams): Promise<FastifyReply> {
  const { id, owner, name } = await visibleBundle(context)
  const chosen = form.getAll('patch').flatMap((each) => parseId(each) ?? [])
  const count = await reduceBundle(context.db, actorOf(context), id, chosen)
  const told =
    count === 0 ? 'Choose at least one patch.' : `${countOfPatches(count)} removed from the bundle.`
  return redirectWith(context, bundlePath(owner, name), told, count === 0)
}

/** The page of a bundle; after refused settings, with the submitted values. */
async function showBundle(visited: RequestContext, bundle: ListedBundle, settings?: Sent) {
  const context = { ...visited, bundleId: bundle.id }
  const project = await findProjectById(context.db, bundle.project_id)
  if (!project) throw new NotFound()
  const page = rowPage(context, await listBundlePatchIds(context.db, bundle.id))
  const lines = new Map((await listPatchLines(context.db, page.ids)).map((line) => [line.id, line]))
  const rows = page.ids.flatMap((id) => lines.get(id) ?? [])
  const isOwn = canEditBundle(context.viewer, bundle)
  return (
    <Layout
      context={context}
      title={`Bundle ${bundle.name}`}
      project={project}
      section="bundles"
      styles={['patch-list.css', 'bundle.css']}
      scripts={['patch-list.js', ...(isOwn ? ['bundle.js'] : [])]}
    >
      <h1>
        <bdi>{bundle.name}</bdi>
      </h1>
      <Facts context={context} bundle={bundle} />
      {await patchesOf(context, bundle, project, { rows, page, isOwn })}
      {isOwn && (
        <OwnParts
          context={context as UserContext}
          bundle={bundle}
          rows={rows}
          page={page}
          settings={settings}
        />
      )}
    </Layout>
  )
}

function Facts({ context, bundle }: { context: RequestContext; bundle: ListedBundle }) {
  const path = bundlePath(bundle.owner, bundle.name)
  return (
    <p>
      A bundle of <bdi>{bundle.owner}</bdi> with {countOfPatches(bundle.patches)}.{' '}
      {bundle.public === 1 ? (
        <>
          It is public: <a href={path}>{context.base + path}</a>.
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
  context: RequestContext,
  bundle: ListedBundle,
  project: Project,
  { rows, page, isOwn }: { rows: readonly PatchLine[]; page: RowPage; isOwn: boolean },
) {
  const { db } = context
  const choices = await readBulkChoices(context, project, rows)
  const tags = await tagColumns(db, project)
  if (rows.length === 0) return <p class="none">No patches to show.</p>
  const table = (
    <PatchTable
      project={project}
      rows={rows}
      states={await listStates(db)}
      tags={tags}
      listPath={`/project/${project.link_name}/list/`}
      chosen={context.sent?.getAll('patch')}
      isSelectable={choices !== undefined}
      showsIds={context.viewer?.show_ids === 1}
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
      context={context}
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
  context: UserContext
  bundle: ListedBundle
  rows: readonly PatchLine[]
  page: RowPage
  settings: Sent | undefined
}

function OwnParts({ context, bundle, rows, page, settings }: OwnProps) {
  return (
    <div class="own">
      {rows.length > 1 && <BundleOrder context={context} bundle={bundle} rows={rows} start={page.start} />}
      <section class="card">
        <h2>Settings</h2>
        <Form context={context} action={bundlePath(bundle.owner, bundle.name)}>
          <Fields fields={FIELDS} sent={settings ?? unchanged(FIELDS, bundle)} />
          <div class="actions">
            <button class="main">Save</button>
          </div>
        </Form>
        <DeleteBundle context={context} bundle={bundle} />
      </section>
    </div>
  )
}
