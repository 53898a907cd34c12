import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'

export function addWeb(_app: FastifyInstance, _context: Context): void {}
