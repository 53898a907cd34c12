import {
  type CompiledQuery,
  DeleteQueryNode,
  InsertQueryNode,
  type OperationNode,
  SelectQueryNode,
  TableNode,
  UpdateQueryNode,
} from 'kysely'
import type { Schema } from './schema.js'

/**
 * Tables that change all the time, and of which nothing is remembered: neither an answer nor a total. A commit that has
 * written nothing else is silent: it leaves what is remembered of other tables valid. What the API answers from these
 * tables is declared as not `isRemembered`.
 */
const SILENT: ReadonlySet<keyof Schema> = new Set<keyof Schema>(['webhooks', 'webhook_deliveries'])

/** Whether nothing may be remembered of a table. */
export function isSilentTable(table: string): boolean {
  return SILENT.has(table as keyof Schema)
}

/** Whether a statement may invalidate remembered answers. Raw SQL always counts as one that may. */
export function isLoud({ query }: CompiledQuery): boolean {
  if (SelectQueryNode.is(query)) return false
  const table = tableOf(query)
  return table === undefined || !isSilentTable(table)
}

/** The table that a statement writes, if it is known to write no other. */
function tableOf(query: CompiledQuery['query']): string | undefined {
  if (InsertQueryNode.is(query)) return query.with ? undefined : nameOf(query.into)
  if (UpdateQueryNode.is(query)) return query.with ? undefined : nameOf(query.table)
  if (!DeleteQueryNode.is(query) || query.with) return undefined
  // A built statement has only its kind.
  const [table, ...others] = (query.from as typeof query.from | undefined)?.froms ?? []
  return others.length === 0 ? nameOf(table) : undefined
}

function nameOf(node: OperationNode | undefined): string | undefined {
  return node && TableNode.is(node) ? node.table.identifier.name : undefined
}
