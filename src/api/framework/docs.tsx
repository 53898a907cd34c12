import type { FastifyInstance } from 'fastify'
import { renderToString } from 'preact-render-to-string'
import { assetPath } from '../../server/assets.js'
import { once } from '../../util/once.js'
import { LATEST, VERSIONS, type Version } from './versions.js'

/**
 * Swagger UI loads nothing from elsewhere and runs no script within the page; the small pictures in its style
 * sheet are data addresses.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/**
 * `/docs/` of one version: its documentation, in which requests can be tried. `fallback` is the version of `/api`.
 */
export function addDocs(app: FastifyInstance, prefix: string, fallback: Version): void {
  const page = once(() => `<!doctype html>\n${renderToString(<Page {...pageOf(prefix, fallback)} />)}`)
  app.get(`${prefix}/docs/`, async (_, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page()),
  )
}

function pageOf(prefix: string, fallback: Version): PageProps {
  const choices = ['/api', ...VERSIONS.map((version) => `/api/${version}`)].map((each) => ({
    url: `${each}/schema`,
    name: nameOf(each, fallback),
  }))
  return { name: nameOf(prefix, fallback), prefix, choices }
}

/** The label of a version in the chooser. */
function nameOf(prefix: string, fallback: Version): string {
  if (prefix !== '/api') return prefix.slice('/api/'.length)
  return fallback === LATEST ? `newest (${LATEST})` : `default (${fallback})`
}

interface PageProps {
  name: string
  prefix: string
  choices: readonly object[]
}

function Page({ name, prefix, choices }: PageProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`Patchwork API, ${name}`}</title>
        <link rel="icon" href={assetPath('favicon.svg')} />
        <link rel="stylesheet" href={assetPath('swagger-ui.css')} />
        <link rel="stylesheet" href={assetPath('api-docs.css')} />
        <script defer src={assetPath('swagger-ui-bundle.js')} />
        <script defer src={assetPath('swagger-ui-standalone-preset.js')} />
        <script type="module" src={assetPath('api-docs.js')} />
      </head>
      <body>
        <nav aria-label="Site" class="site">
          <a href="/">Back to Patchwork</a>
          <a href="/about/api/">Guide to the API</a>
          <a href="#operations">Skip to the operations</a>
        </nav>
        <div id="docs" data-choices={JSON.stringify(choices)} data-name={name}>
          {/* Swagger UI replaces it by a main part of its own. */}
          <main id="operations">
            <p>
              Without scripts this page cannot try requests. The{' '}
              <a href={`${prefix}/schema`}>OpenAPI document</a> describes all of them, also{' '}
              <a href={`${prefix}/schema.yaml`}>as YAML</a>.
            </p>
          </main>
        </div>
      </body>
    </html>
  )
}
