/** Shows the OpenAPI documents with Swagger UI, whose two scripts are loaded before this one. */

interface SwaggerUI {
  (options: object): unknown
  presets: { apis: unknown }
}

declare const SwaggerUIBundle: SwaggerUI
declare const SwaggerUIStandalonePreset: unknown

const place = document.querySelector<HTMLElement>('#docs')

if (place)
  SwaggerUIBundle({
    domNode: place,
    urls: JSON.parse(place.dataset.choices ?? '[]'),
    'urls.primaryName': place.dataset.name,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'StandaloneLayout',
    deepLinking: true,
    displayRequestDuration: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    // What would send the document to somebody else's server.
    validatorUrl: null,
  })
