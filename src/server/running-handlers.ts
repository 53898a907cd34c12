import type { FastifyInstance, RouteOptions } from 'fastify'

/**
 * Has `app.close()` wait for the handlers of requests, not only for connections as it does by itself: a handler whose
 * client has gone would go on with a database that is closed. It waits for `limitMs` milliseconds at most. To be called
 * before routes are added.
 */
export function awaitHandlers(app: FastifyInstance, limitMs: number): void {
  const running = new RunningHandlers()
  app.addHook('onRoute', (route) => {
    route.handler = running.counting(route.handler)
  })
  // It runs after the hook by which Fastify closes the connections.
  app.addHook('onClose', async () => await running.end(limitMs))
}

class RunningHandlers {
  #count = 0
  #onEnd: (() => void) | undefined

  /** The same handler, which is running until what it returns is settled. */
  counting(handler: RouteOptions['handler']): RouteOptions['handler'] {
    const leave = () => {
      this.#count--
      if (this.#count === 0) this.#onEnd?.()
    }
    const count = (result: unknown) => {
      if (!(result instanceof Promise)) return
      this.#count++
      void result.then(leave, leave)
    }
    return function (request, reply) {
      const result = handler.call(this, request, reply)
      count(result)
      return result
    }
  }

  /** Waits until none is running, or the time is up. */
  async end(limitMs: number): Promise<void> {
    if (this.#count === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs)
      this.#onEnd = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
