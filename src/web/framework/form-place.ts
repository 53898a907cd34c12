import type { FastifyRequest } from 'fastify'
import type { Database } from '../../db/schema.js'
import { findBundleById } from '../../domain/bundles/queries.js'
import { findProjectById } from '../../domain/projects/queries.js'
import { parseId } from '../../util/text.js'
import { bundlePath } from '../../util/urls.js'

/**
 * The project or bundle of a form, by id. It may be renamed while the user fills in the form; the URL then leads to
 * nothing or to another object, and the input would be lost.
 */

/** Names of the hidden fields. */
export const PROJECT_FIELD = 'in_project'
export const BUNDLE_FIELD = 'in_bundle'

/** Removes these fields from a submitted form, and replaces renamed parts of its URL. */
export async function followRenames(
  db: Database,
  request: FastifyRequest,
  form: URLSearchParams,
): Promise<void> {
  const [project, bundle] = [PROJECT_FIELD, BUNDLE_FIELD].map((name) => {
    const id = form.get(name) ?? ''
    form.delete(name)
    return parseId(id)
  })
  const params = (request.params ?? {}) as Record<string, string>
  if (project !== undefined && params.project !== undefined) await followProject(db, params, project, form)
  if (bundle !== undefined && params.owner !== undefined) await followBundle(db, params, bundle, form)
}

async function followProject(
  db: Database,
  params: Record<string, string>,
  id: number,
  form: URLSearchParams,
): Promise<void> {
  const project = await findProjectById(db, id)
  if (!project || project.link_name === params.project) return
  follow(form, `/project/${params.project}/`, `/project/${project.link_name}/`)
  params.project = project.link_name
}

async function followBundle(
  db: Database,
  params: Record<string, string>,
  id: number,
  form: URLSearchParams,
): Promise<void> {
  const { owner = '', name = '' } = params
  const bundle = await findBundleById(db, id)
  if (!bundle || (bundle.owner === owner && bundle.name === name)) return
  follow(form, bundlePath(owner, name), bundlePath(bundle.owner, bundle.name))
  params.owner = bundle.owner
  params.name = bundle.name
}

/** The page that a form leads back to has another address as well. */
function follow(form: URLSearchParams, before: string, after: string): void {
  const next = form.get('next')
  if (next?.startsWith(before)) form.set('next', after + next.slice(before.length))
}
