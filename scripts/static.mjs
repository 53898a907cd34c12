// The last step of a build: style sheets, pictures and the page that shows the API join the compiled scripts that
// browsers load.
import { cpSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
cpSync(resolve(root, 'src/web/static'), resolve(root, 'dist/static'), { recursive: true })
const swagger = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..')
for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-standalone-preset.js'])
  cpSync(join(swagger, name), resolve(root, 'dist/static', name))
