import type { Database } from '../db/schema.js'
import type { ImportResult } from './import.js'
import type { Source } from './source.js'
import { groupMoveProblems } from './store/import-state.js'
import { listUnsupported, unknownPasswords } from './unsupported.js'
import { isAlike, type Verified } from './verify.js'

/** What an import has to say, in lines. */

/** How many rows of each table came, were changed or deleted. */
export function explainResult(result: ImportResult): string[] {
  const widest = Math.max(...[...result.keys()].map((table) => table.length))
  return [...result].map(([table, { added, changed, removed }]) => {
    const more = [changed > 0 ? `${changed} changed` : '', removed > 0 ? `${removed} removed` : '']
    return [`  ${table.padEnd(widest)} ${String(added).padStart(9)} added`, ...more.filter(Boolean)].join(
      ', ',
    )
  })
}

/** What could not be carried as it was, what does not come along at all, and whose password will not work. */
export async function explainProblems(
  db: Database,
  source: Source,
  isKnownHash: (hash: string) => boolean,
): Promise<string[]> {
  const groups = (await groupMoveProblems(db)).map(
    ({ table_name, count, example, reason, is_left_out }) =>
      `  ${table_name}: ${count} ${is_left_out === 1 ? 'left out' : 'carried with a change'}: ${reason} (such as ${example})`,
  )
  const behind = (await listUnsupported(source)).map((line) => `  ${line}`)
  const passwords = [...(await unknownPasswords(db, isKnownHash))].map(
    ([form, accounts]) => `  ${accounts} with a password in the form ${form}`,
  )
  return [
    ...titled('Rows that could not be carried as they were:', groups),
    ...titled('Not carried, for there is nothing like it here:', behind),
    ...titled('Accounts that need a new password:', passwords),
  ]
}

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? [title, ...lines] : []
}

/** How the tables here stand to those there. */
export function explainVerified(verified: readonly Verified[]): string[] {
  const widest = Math.max(...verified.map(({ target }) => target.length))
  const lines = verified.flatMap((table) => {
    const { target, there, leftOut, here, compared, different } = table
    const counts = `${here} here, ${there} there${leftOut > 0 ? ` of which ${leftOut} were left out` : ''}`
    const verdict = isAlike(table) ? 'alike' : 'NOT ALIKE'
    return [
      `  ${target.padEnd(widest)} ${verdict}: ${counts}; ${compared} compared`,
      ...different.map((line) => `    ${line}`),
    ]
  })
  const failed = verified.filter((table) => !isAlike(table)).length
  return [...lines, failed === 0 ? 'Everything is here.' : `${failed} tables are not alike.`]
}
