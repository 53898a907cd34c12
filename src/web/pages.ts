import type { FastifyReply } from 'fastify'
import type { Mount } from './visit.js'

/** Addresses that people know; what they show is words about where the data is to be had. */

/** Accounts: shown to everybody, or to nobody who has not logged in. */
export function addAccountPages({ app }: Mount): void {
  for (const path of ['/about/', '/user/login/', '/register/', '/mail/', '/user/password-reset/'])
    app.get(path, async (_, reply) => page(reply))
  for (const path of ['/user/', '/user/todo/', '/user/bundles/', '/project/:project/bundles/'])
    app.get(path, async (request, reply) =>
      reply.redirect(`/user/login/?next=${request.url.split('?', 1)[0]}`),
    )
}

const TEXT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Patchwork</title>
<p>This Patchwork is read through its <a href="/api/">REST API</a>.</p>
</html>
`

function page(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(TEXT)
}
