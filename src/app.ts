import Fastify, { type FastifyInstance } from 'fastify'
import type { Context } from './context.js'

/** The whole server, ready to listen or to be asked by a test. */
export async function buildApp(_context: Context): Promise<FastifyInstance> {
  return Fastify()
}
