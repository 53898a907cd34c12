import type { FastifyReply } from 'fastify'
import type { Mount } from './visit.js'

/** What this is; a page with words about where the data is to be had. */
export function addAboutPage({ app }: Mount): void {
  app.get('/about/', async (_, reply) => page(reply))
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
