import { copyFileSync, mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inject } from 'vitest'
import { connect } from '../../src/db/connect.js'
import type { World } from './world.js'

/** SQLite databases for tests: copies of a file that is migrated, or filled, once. */

/** A disk in memory has to have this much room, or the databases are in the folder for temporary files. */
const MIN_MEMORY = 2 ** 30

/** Where the databases of tests are: in memory, since they need not outlive anything. */
export function databaseFolder(): string {
  const memory = '/dev/shm'
  try {
    const { bavail, bsize } = statfsSync(memory)
    if (bavail * bsize > MIN_MEMORY) return memory
  } catch {
    // Only Linux has it.
  }
  return tmpdir()
}

// Each file of a process loads this module anew.
const owner = globalThis as unknown as { patchworkTemplates?: Map<string, string> }
const templates = (owner.patchworkTemplates ??= new Map())

/** The address of a fresh database, empty or in a world. */
export async function copyTemplate(world?: World): Promise<string> {
  const path = join(mkdtempSync(join(databaseFolder(), 'patchwork-test-')), 'test.db')
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
