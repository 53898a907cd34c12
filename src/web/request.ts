import type { FastifyRequest } from 'fastify'
import type { Database } from '../db/schema.js'
import { NotFound } from '../errors.js'
import { findProject, type Project } from '../store/project.js'

/** A part of the path, decoded; a message id may have been encoded twice, for the sake of its slashes. */
export function parameter(request: FastifyRequest, name: string): string {
  const value = (request.params as Record<string, string>)[name] ?? ''
  if (!/%[0-9a-fA-F]{2}/.test(value)) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

/** A number in the path; throws NotFound for what is none. */
export function numberParameter(request: FastifyRequest, name: string): number {
  const value = parameter(request, name)
  if (!/^\d{1,9}$/.test(value)) throw new NotFound()
  return Number(value)
}

/** The project that the path names; throws NotFound. */
export async function projectParameter(db: Database, request: FastifyRequest): Promise<Project> {
  const project = await findProject(db, parameter(request, 'project'))
  if (!project) throw new NotFound()
  return project
}

/** The message id that the path names, in its brackets. */
export function messageIdParameter(request: FastifyRequest): string {
  return `<${parameter(request, 'msgid')}>`
}
