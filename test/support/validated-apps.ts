import type { FastifyInstance } from 'fastify'
import { afterAll, expect, vi } from 'vitest'
import type * as App from '../../src/app.js'
import type { AnswerState } from './validated.js'

/**
 * Validates every answer of the API, in whatever test it is given. What that takes is loaded where a server is made: files
 * with a process of their own and no server need not load all of the API.
 */

vi.mock('../../src/app.js', async (importOriginal) => {
  const original = await importOriginal<typeof App>()
  const { validateAnswers } = await import('./validated.js')
  return {
    ...original,
    async buildApp(...options: Parameters<typeof original.buildApp>): Promise<FastifyInstance> {
      const app = await original.buildApp(...options)
      const [{ config }] = options
      validateAnswers(app, config.defaultApiVersion)
      return app
    },
  }
})

afterAll(() => {
  const { patchworkAnswers } = globalThis as unknown as { patchworkAnswers?: AnswerState }
  expect(patchworkAnswers?.problems.splice(0) ?? []).toEqual([])
})
