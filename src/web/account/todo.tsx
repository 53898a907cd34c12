import { countTodoByProject } from '../../domain/patches/todo.js'
import { projectsWith } from '../../domain/projects/queries.js'
import { listStates } from '../../domain/states/queries.js'
import { addUserForm, addUserPage, type UserContext } from '../framework/auth-guard.js'
import { projectParameter } from '../framework/parameters.js'
import type { AppContext } from '../framework/request-context.js'
import { changeChosen, readBulkChoices } from '../patches/bulk.js'
import { readPatchList } from '../patches/list.js'
import { patchesOf } from '../patches/list-rows.js'
import { PatchListing } from '../patches/listing.js'
import { Layout } from '../ui/layout.js'

/** The todo list: patches delegated to the user, in a state that needs action, not archived. */
export function addTodoPages(appContext: AppContext): void {
  addUserPage(appContext, '/user/todo/', listTodos)
  addUserPage(appContext, '/user/todo/:project/', showTodo)
  addUserForm(appContext, '/user/todo/:project/', async (context, form) =>
    changeChosen(context, await projectParameter(context.db, context.request), form, async (shown) =>
      showTodo({ ...shown, viewer: context.viewer }),
    ),
  )
}

/** Redirects to the list if there is only one. */
async function listTodos(context: UserContext) {
  const { db, viewer, reply } = context
  const counts = await countTodoByProject(db, viewer.id)
  const projects = await projectsWith(
    db,
    counts.map(({ project_id }) => project_id),
  )
  const lists = counts.flatMap(({ project_id, count }) => {
    const project = projects.get(project_id)
    return project ? [{ ...project, count }] : []
  })
  const [only, ...others] = lists
  if (only && others.length === 0) return reply.redirect(`/user/todo/${only.link_name}/`)
  return (
    <Layout context={context} title="To do">
      <h1>To do</h1>
      {lists.length === 0 ? (
        <p>Nothing waits for you: no patch that asks for action is delegated to you.</p>
      ) : (
        <table class="list">
          <thead>
            <tr>
              <th>Project</th>
              <th class="number">Patches</th>
            </tr>
          </thead>
          <tbody>
            {lists.map(({ link_name, name, count }) => (
              <tr>
                <td>
                  <a href={`/user/todo/${link_name}/`}>
                    <bdi>{name}</bdi>
                  </a>
                </td>
                <td class="number">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Layout>
  )
}

async function showTodo(context: UserContext) {
  const { db, viewer, request } = context
  const project = await projectParameter(db, request)
  const delegate = { name: 'Delegate', value: viewer.username, without: undefined }
  const filter = { delegate: [viewer.id] }
  const list = await readPatchList(context, project, { filter, conditions: [delegate] })
  const states = (await listStates(db)).filter(({ action_required }) => action_required === 1)
  return (
    <Layout
      context={context}
      title="To do"
      project={project}
      styles={['patch-list.css']}
      scripts={['patch-list.js', 'completion.js']}
    >
      <h1>To do</h1>
      <p>
        Patches that were delegated to you: unless you filter them otherwise, those in a state that asks for
        action ({states.map(({ name }) => name).join(', ')}) and not archived.
      </p>
      <PatchListing
        context={context}
        list={list}
        choices={await readBulkChoices(context, project, patchesOf(list.rows))}
      />
    </Layout>
  )
}
