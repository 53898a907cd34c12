// Writes the manual page of each command to dist/man.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const dist = resolve(import.meta.dirname, '../dist')
const { buildProgram } = await import(join(dist, 'cli/program.js'))
const { allCommands, manualPage, pageName } = await import(join(dist, 'cli/manual.js'))

const folder = join(dist, 'man')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const program = buildProgram()
for (const command of [program, ...allCommands(program)])
  writeFileSync(join(folder, `${pageName(command)}.1`), manualPage(command))
