import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { NotFound } from '../util/errors.js'
import { ROOT } from '../util/version.js'

/** Where the build puts style sheet, scripts and pictures. */
const FOLDER = join(ROOT, 'dist', 'static')

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  ico: 'image/vnd.microsoft.icon',
}

const LONG = 'public, max-age=31536000, immutable'

interface Asset {
  readonly type: string
  readonly body: Buffer
}

const assets = readAssets()

/** One hash for all of them, as a folder: so scripts can import each other by plain relative names. */
const hash = hashOf(assets)

/** The address of a file that pages load; it changes whenever any of them does. */
export function assetPath(name: string): string {
  return `/static/${hash}/${name}`
}

/** Serves the files that pages load, to be kept by browsers for ever; and what browsers ask for unbidden. */
export function addAssets(app: FastifyInstance): void {
  app.get('/static/:hash/:name', async (request, reply) => {
    const { hash: asked, name } = request.params as { hash: string; name: string }
    const asset = assets.get(name)
    if (!asset) throw new NotFound()
    // A page of an older version may request it; it gets the current content, but does not cache it.
    return reply
      .type(asset.type)
      .header('cache-control', asked === hash ? LONG : 'no-cache')
      .header('x-content-type-options', 'nosniff')
      .send(asset.body)
  })
  app.get('/favicon.ico', async (_, reply) => {
    const icon = assets.get('favicon.ico')
    if (!icon) throw new NotFound()
    return reply.type(icon.type).header('cache-control', 'public, max-age=86400').send(icon.body)
  })
  app.get('/robots.txt', async (_, reply) =>
    reply.type('text/plain; charset=utf-8').header('cache-control', 'public, max-age=86400').send(ROBOTS),
  )
}

/** Lists in every order and every download would keep crawlers busy for ever. */
const ROBOTS = `User-agent: *
Disallow: /api/
Disallow: /user/
Disallow: /*?
Disallow: /*/mbox/
Disallow: /*/raw/
`

/** Empty if nothing was built: pages then have no style sheet, as in some tests. */
function readAssets(): ReadonlyMap<string, Asset> {
  const found = new Map<string, Asset>()
  for (const name of listFolder()) {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)]
    if (type) found.set(name, { type, body: readFileSync(join(FOLDER, name)) })
  }
  return found
}

function listFolder(): string[] {
  try {
    return readdirSync(FOLDER).toSorted()
  } catch {
    return []
  }
}

function hashOf(files: ReadonlyMap<string, Asset>): string {
  const all = createHash('sha256')
  for (const [name, { body }] of files) all.update(name).update(body)
  return all.digest('hex').slice(0, 12)
}
