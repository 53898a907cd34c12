import type { Database } from '../db/schema.js'
import { listPasswords } from '../domain/users/queries.js'
import type { Source } from './source.js'
import { MAPPINGS, MERGED, UNSUPPORTED } from './tables/index.js'

/** What does not come along, one sentence each: tables without a counterpart, columns that were added there. */
export async function listUnsupported(source: Source): Promise<string[]> {
  const lines: string[] = []
  for (const [table, meaning] of Object.entries(UNSUPPORTED)) {
    const rows = source.tables.has(table) ? await source.count(table) : 0
    if (rows > 0) lines.push(`${table}: ${rows} rows, ${meaning}`)
  }
  const sources = new Set(MAPPINGS.map((mapping) => mapping.source))
  for (const table of source.tables.keys()) {
    if (!table.startsWith('patchwork_') || sources.has(table) || MERGED.has(table)) continue
    const rows = await source.count(table)
    if (rows > 0) lines.push(`${table}: ${rows} rows, a table that Patchwork itself does not have`)
  }
  for (const mapping of MAPPINGS) {
    const fields = [...Object.values(mapping.fields), ...Object.values(mapping.texts?.fields ?? {})]
    const used = new Set([...fields.map(({ from }) => from), mapping.key, 'id', ...(mapping.unused ?? [])])
    const unused = (source.tables.get(mapping.source) ?? []).filter((column) => !used.has(column))
    if (unused.length > 0) lines.push(`${mapping.source}: the columns ${unused.join(', ')}`)
  }
  return lines
}

/** How many accounts have a password that cannot be checked here, by the name of its form. */
export async function unknownPasswords(
  db: Database,
  isKnownHash: (hash: string) => boolean,
): Promise<ReadonlyMap<string, number>> {
  const unknown = new Map<string, number>()
  for (const password of await listPasswords(db)) {
    if (password === '!' || password === '' || isKnownHash(password)) continue
    const form = password.split('$')[0] || 'an unknown one'
    unknown.set(form, (unknown.get(form) ?? 0) + 1)
  }
  return unknown
}
