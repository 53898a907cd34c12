import type { FastifyReply } from 'fastify'
import { localPath } from './local-path.js'
import type { AppContext } from './request-context.js'

const YEAR = 365 * 24 * 60 * 60

/** The choice of colours, for browsers without scripts. It takes no CSRF token: no harm is in it. */
export function addTheme({ app }: AppContext): void {
  app.post('/theme/', async (request, reply): Promise<FastifyReply> => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
    const theme = form.get('theme')
    const cookie = theme === 'light' || theme === 'dark' ? `${theme}; Max-Age=${YEAR}` : '; Max-Age=0'
    return reply
      .header('set-cookie', `theme=${cookie}; Path=/; SameSite=Lax`)
      .redirect(localPath(form.get('next')))
  })
}
