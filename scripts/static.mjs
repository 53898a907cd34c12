// The last step of a build: style sheet and pictures join the compiled scripts that browsers load.
import { cpSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
cpSync(resolve(root, 'src/web/static'), resolve(root, 'dist/static'), { recursive: true })
