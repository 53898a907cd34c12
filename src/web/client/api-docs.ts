/** Shows the OpenAPI documents with Swagger UI, whose two scripts are loaded before this one. */

interface Request {
  url: string
  headers: Record<string, string>
}

/** What it gives to its plugins of the library that it is written with. */
interface System {
  React: { createElement(tag: string, properties: object, text: string): unknown }
}

interface SwaggerUI {
  (options: object): unknown
  presets: { apis: unknown }
}

declare const SwaggerUIBundle: SwaggerUI
declare const SwaggerUIStandalonePreset: unknown

/** Its own logo would bring a style of its own, which the policy of the page forbids; and this is not its page. */
function ownName({ React }: System): object {
  return { components: { Logo: () => React.createElement('span', {}, 'Patchwork') } }
}

/**
 * Requests go to where the page came from, which is all that its policy allows, by whatever name the document calls
 * the server. Whoever pastes nothing but a token means it as one.
 */
function prepare(request: Request): Request {
  const { pathname, search } = new URL(request.url, location.href)
  request.url = location.origin + pathname + search
  const { Authorization: given } = request.headers
  if (given !== undefined && /^\S+$/.test(given.trim()))
    request.headers.Authorization = `Token ${given.trim()}`
  return request
}

const place = document.querySelector<HTMLElement>('#docs')

if (place)
  SwaggerUIBundle({
    domNode: place,
    urls: JSON.parse(place.dataset.choices ?? '[]'),
    'urls.primaryName': place.dataset.name,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [ownName],
    layout: 'StandaloneLayout',
    requestInterceptor: prepare,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    // What would send the document to somebody else's server.
    validatorUrl: null,
  })
