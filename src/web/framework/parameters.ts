import type { FastifyRequest } from 'fastify'
import type { Database } from '../../db/schema.js'
import { findProject, type Project } from '../../domain/projects/queries.js'
import { NotFound } from '../../util/errors.js'
import { hasNullCharacter, parseId } from '../../util/text.js'

/** A part of the path, decoded; a message id may have been encoded twice, for the sake of its slashes. */
export function parameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Record<string, string>)[name] ?? ''
  return value.replace(/(?:%[0-9a-fA-F]{2})+/g, decoded)
}

function decoded(codes: string): string {
  try {
    const text = decodeURIComponent(codes)
    // No stored text has a null character; a text that was encoded twice is not decoded again.
    return hasNullCharacter(text) ? codes : text
  } catch {
    return codes
  }
}

/** A number in the path; throws NotFound for anything else. */
export function numberParameter(request: FastifyRequest, name: string): number {
  const id = parseId(parameter(request, name))
  if (id === undefined) throw new NotFound()
  return id
}

/** The project that the path names; throws NotFound. */
export async function projectParameter(db: Database, request: FastifyRequest): Promise<Project> {
  const project = await findProject(db, parameter(request, 'project'))
  if (!project) throw new NotFound()
  return project
}

/**
 * The object of the message id in the path. Message ids are encoded twice because of their slashes; if none is found,
 * the id is read as encoded once.
 */
export async function byMessageId<T>(
  request: FastifyRequest,
  find: (msgid: string) => Promise<T | undefined>,
): Promise<T> {
  const once = (request.params as { msgid: string }).msgid
  const twice = parameter(request, 'msgid')
  const found = (await find(`<${twice}>`)) ?? (once === twice ? undefined : await find(`<${once}>`))
  if (found === undefined) throw new NotFound()
  return found
}
