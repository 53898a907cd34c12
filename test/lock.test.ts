import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Entry {
  resolved?: string
  integrity?: string
  gypfile?: boolean
}

function packagesOf(file: string): Record<string, Entry> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, Entry> }).packages
}

const packages = packagesOf('package-lock.json')

it.each(['package-lock.json', 'test/clients/generated/package-lock.json'])(
  'names no registry in %s, so that each installation asks its own',
  (file) => {
    expect(Object.entries(packagesOf(file)).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
  },
)

it('has npm before 11 compile nothing: the driver of SQLite comes with what it needs', () => {
  // The package says so itself, but they ask the lock file alone, and whoever has no compiler gets no Patchwork.
  expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false)
})
