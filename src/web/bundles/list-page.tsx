import { type ListedBundle, listOthersBundles, listOwnBundles } from '../../domain/bundles/queries.js'
import type { Project } from '../../domain/projects/queries.js'
import { bundlePath } from '../../util/urls.js'
import { addUserPage, type UserContext } from '../framework/auth-guard.js'
import { projectParameter } from '../framework/parameters.js'
import type { AppContext } from '../framework/request-context.js'
import { Form } from '../ui/form.js'
import { Layout } from '../ui/layout.js'

/** So many bundles of others are shown, the newest. */
const MAX_OTHER_BUNDLES = 100

/** One's own bundles, and what others share in a project. */
export function addBundleListPages(appContext: AppContext): void {
  addUserPage(appContext, '/user/bundles/', async (context) => {
    const own = await listOwnBundles(context.db, context.viewer.id)
    return (
      <Layout context={context} title="Your bundles" styles={['bundle.css']}>
        <h1>Your bundles</h1>
        <OwnBundles context={context} bundles={own} showsProject />
      </Layout>
    )
  })
  addUserPage(appContext, '/project/:project/bundles/', async (context) => {
    const { db, viewer, request } = context
    const project = await projectParameter(db, request)
    const own = await listOwnBundles(db, viewer.id, project.id)
    const others = await listOthersBundles(db, project.id, viewer.id, MAX_OTHER_BUNDLES)
    return (
      <Layout context={context} title="Bundles" project={project} section="bundles" styles={['bundle.css']}>
        <h1>Your bundles</h1>
        <OwnBundles context={context} bundles={own} />
        {others.length > 0 && (
          <>
            <h2>Public bundles of others</h2>
            <BundleTable context={context} bundles={others} isOwn={false} />
          </>
        )}
      </Layout>
    )
  })
}

interface TableProps {
  context: UserContext
  bundles: readonly ListedBundle[]
  showsProject?: boolean
  isOwn?: boolean
}

function OwnBundles(props: TableProps) {
  if (props.bundles.length > 0) return <BundleTable {...props} />
  return (
    <p>
      You have none. To make one, choose patches in a list, give it a name and press “Create”. A bundle keeps
      patches together, in an order of your own, to be downloaded as one mbox and shared by its address.
    </p>
  )
}

function BundleTable({ context, bundles, showsProject = false, isOwn = true }: TableProps) {
  return (
    <table class="list bundles">
      <thead>
        <tr>
          <th>Bundle</th>
          {showsProject && <th class="wide">Project</th>}
          <th>{isOwn ? 'Public' : 'Owner'}</th>
          <th class="number">Patches</th>
          <th>Download</th>
        </tr>
      </thead>
      <tbody>
        {bundles.map((bundle) => (
          <BundleLine
            context={context}
            bundle={bundle}
            project={showsProject ? context.projects.find(({ id }) => id === bundle.project_id) : undefined}
            isOwn={isOwn}
          />
        ))}
      </tbody>
    </table>
  )
}

interface LineProps {
  context: UserContext
  bundle: ListedBundle
  project: Project | undefined
  isOwn: boolean
}

function BundleLine({ context, bundle, project, isOwn }: LineProps) {
  const { name, owner, patches } = bundle
  const path = bundlePath(owner, name)
  return (
    <tr>
      <td>
        <a href={path}>
          <bdi>{name}</bdi>
        </a>
      </td>
      {project && (
        <td class="wide">
          <a href={`/project/${project.link_name}/bundles/`}>
            <bdi>{project.name}</bdi>
          </a>
        </td>
      )}
      <td>{isOwn ? bundle.public === 1 ? 'yes' : 'no' : <bdi>{owner}</bdi>}</td>
      <td class="number">{patches}</td>
      <td>
        <div class="actions">
          <a href={`${path}mbox/`} aria-label={`mbox of ${name}`}>
            mbox
          </a>
          {isOwn && <DeleteBundle context={context} bundle={bundle} />}
        </div>
      </td>
    </tr>
  )
}

/** Asks once more before: it does not come back. */
export function DeleteBundle({ context, bundle }: { context: UserContext; bundle: ListedBundle }) {
  return (
    <details class="delete">
      <summary aria-label={`Delete ${bundle.name}`}>Delete</summary>
      <Form context={context} action={`${bundlePath(bundle.owner, bundle.name)}delete/`}>
        <button>Confirm deletion</button>
      </Form>
    </details>
  )
}
