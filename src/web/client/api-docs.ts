/** Shows the OpenAPI documents with Swagger UI, whose two scripts are loaded before this one. */

interface Request {
  url: string
  headers: Record<string, string>
}

/** The part of Swagger UI's plugin system that we use. */
interface System {
  React: { createElement(tag: string, properties: object, text: string): unknown }
}

interface SwaggerUI {
  (options: object): unknown
  presets: { apis: unknown }
}

declare const SwaggerUIBundle: SwaggerUI
declare const SwaggerUIStandalonePreset: unknown

/**
 * Components that replace those of Swagger UI. Its logo has inline styles, which the policy of the page forbids, and
 * this is not its page. Its links to operations are inside buttons, where screen readers miss them.
 */
function ownComponents({ React }: System): object {
  return {
    components: {
      Logo: () => React.createElement('span', {}, 'Patchwork'),
      DeepLink: ({ text }: { text: string }) => React.createElement('span', {}, text),
    },
  }
}

/** Adds names for screen readers to the markup of Swagger UI, also to parts that it creates later. */
function describeParts(place: HTMLElement): void {
  for (const [selector, name] of NAMES)
    for (const part of place.querySelectorAll(`:is(${selector}):not([aria-label])`))
      part.setAttribute('aria-label', name)
  for (const responses of place.querySelectorAll('[role="region"][id$="responses"]:not([aria-label])'))
    responses.setAttribute('aria-label', `Responses of ${responses.id.replace(/_responses$/, '')}`)
  for (const row of place.querySelectorAll<HTMLElement>('tr[data-param-name]'))
    for (const field of row.querySelectorAll('select:not([aria-label])'))
      field.setAttribute('aria-label', row.dataset.paramName ?? '')
  for (const part of place.querySelectorAll('.information-container, .schemes-server-container'))
    part.setAttribute('role', 'region')
  // People without a mouse scroll the element that has the focus.
  for (const example of place.querySelectorAll('pre:not([tabindex])')) example.setAttribute('tabindex', '0')
  orderHeadings(place)
}

const NAMES = [
  ['.information-container', 'About the API'],
  ['.schemes-server-container', 'Server and authorization'],
  ['#servers', 'Server'],
  ['textarea.body-param__text', 'Body of the request'],
  ['textarea.curl', 'The request as a command'],
] as const

/** No heading is more than one level below the one before it. */
function orderHeadings(place: HTMLElement): void {
  let before = 0
  for (const heading of place.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const level = Math.min(Number(heading.tagName.slice(1)), before + 1)
    if (heading.ariaLevel !== String(level)) heading.ariaLevel = String(level)
    before = level
  }
}

/**
 * Requests go to the origin of the page, the only one that its policy allows, whatever server the document names. A
 * pasted value without a scheme is used as a token.
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

if (place) {
  new MutationObserver(() => {
    describeParts(place)
  }).observe(place, { childList: true, subtree: true })
  SwaggerUIBundle({
    domNode: place,
    urls: JSON.parse(place.dataset.choices ?? '[]'),
    'urls.primaryName': place.dataset.name,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [ownComponents],
    layout: 'StandaloneLayout',
    requestInterceptor: prepare,
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    syntaxHighlight: { theme: 'tomorrow-night' },
    // Otherwise the document would be sent to a third party's server.
    validatorUrl: null,
  })
}
