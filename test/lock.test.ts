import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

interface Entry {
  resolved?: string
  integrity?: string
  gypfile?: boolean
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  packages: Record<string, Entry>
}

it('names no registry, so that each installation asks its own', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
})

it('has npm before 11 compile nothing: the driver of SQLite comes with what it needs', () => {
  // The package says so itself, but they ask the lock file alone, and whoever has no compiler gets no Patchwork.
  expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false)
})
