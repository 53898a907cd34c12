import type { FastifyReply } from 'fastify'
import { localPath } from './local-path.js'
import type { AppContext } from './request-context.js'

const YEAR = 365 * 24 * 60 * 60

/** The choice of a theme, without scripts. It needs no CSRF token: it only sets a cookie with a theme. */
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
