import type { FastifyReply } from 'fastify'
import { findListView } from '../../domain/list-view.js'
import { changeProfile } from '../../domain/users/commands.js'
import { LIST_VIEW_COOKIE } from '../../server/answer-key.js'
import { actorOf, addUserForm } from './auth-guard.js'
import { localPath } from './local-path.js'
import type { AppContext } from './request-context.js'

const YEAR = 365 * 24 * 60 * 60

/**
 * The choice of what lists of patches show, without scripts: a setting of an account, a cookie of a visitor. The form
 * of visitors needs no CSRF token: it only sets a cookie with a view.
 */
export function addListViewForms(appContext: AppContext): void {
  appContext.app.post('/list-view/', async (request, reply): Promise<FastifyReply> => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const view = findListView(form.get('view'))
    if (view)
      void reply.header('set-cookie', `${LIST_VIEW_COOKIE}=${view}; Max-Age=${YEAR}; Path=/; SameSite=Lax`)
    return reply.redirect(pathWithView(form))
  })
  addUserForm(appContext, '/user/list-view/', async (context, form) => {
    const view = findListView(form.get('view'))
    if (view && view !== context.viewer.list_view)
      await changeProfile(context.db, actorOf(context), context.viewer.id, { list_view: view })
    return context.reply.redirect(pathWithView(form))
  })
}

/** The first page of the list that the form comes from, with the chosen view. */
function pathWithView(form: URLSearchParams): string {
  const [path, query] = localPath(form.get('next')).split('?', 2) as [string, string?]
  const values = new URLSearchParams(query)
  values.delete('page')
  const view = findListView(form.get('view'))
  if (view) values.set('view', view)
  return `${path}?${values}`
}
