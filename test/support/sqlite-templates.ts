import { copyFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { connect } from '../../src/db/connect.js'
import type { World } from './world.js'

/** SQLite databases for tests: copies of a file that is migrated, or filled, once. */

// Each file of a process loads this module anew.
const owner = globalThis as unknown as { patchworkTemplates?: Map<string, string> }
const templates = (owner.patchworkTemplates ??= new Map())

/** The address of a fresh database, empty or in a world. */
export async function copyTemplate(world?: World): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'patchwork-test-')), 'test.db')
  copyFileSync(world ? await templateOf(world) : inject('sqliteTemplate'), path)
  return `sqlite:${path}`
}

/** Makes a world once in a process, in the folder that is removed at the end of the run. */
async function templateOf(world: World): Promise<string> {
  let template = templates.get(world.name)
  if (template === undefined) {
    template = join(mkdtempSync(join(dirname(inject('sqliteTemplate')), 'world-')), 'template.db')
    copyFileSync(inject('sqliteTemplate'), template)
    const db = connect(`sqlite:${template}`)
    await world.populate(db)
    await db.destroy()
    templates.set(world.name, template)
  }
  return template
}
