import type { Assigned, PlacedMail } from './placed-mail.js'

/** Consequences of a new mail for other mails; applied after the mail is stored. */
export interface Consequences {
  /** Series whose events need an update. */
  changed: readonly number[]
  /** Replaced patches and their replacements; undefined stands for the new mail. */
  replaced: readonly { old: number | undefined; by: number | undefined }[]
  /** Patches that are no longer replaced. */
  restored: readonly number[]
  /** Patches that are no longer replacements. */
  separated: readonly number[]
  /** Patches without a place that are complete without other mails: replaced ones, and pull requests. */
  outside: readonly { series: number; patch: number | undefined }[]
}

export const NO_CONSEQUENCES: Consequences = {
  changed: [],
  replaced: [],
  restored: [],
  separated: [],
  outside: [],
}

function isReplaced({ row, kind }: PlacedMail): boolean {
  return row?.number === null && kind === 'patch'
}

/** Replacements that begin or end with a new arrangement. `members`: mails in their previous places. */
export function findReplacements(
  members: readonly PlacedMail[],
  assigned: readonly Assigned[],
): Pick<Consequences, 'replaced' | 'restored' | 'separated'> {
  const wasReplaced = new Set(members.filter(isReplaced).map(({ row }) => row?.id))
  const holders = new Map(members.map((mail) => [placeOf(mail.row?.series_id, mail.row?.number), mail]))
  const replaced: { old: number | undefined; by: number | undefined }[] = []
  const separated = new Set<number>()
  for (const { group } of assigned)
    for (const [old, by] of group.replaced) {
      const change = { old: old.row?.id, by: by.row?.id }
      if (!old.row || !wasReplaced.has(old.row.id)) replaced.push(change)
      else {
        const before = holders.get(placeOf(old.row.series_id, old.marker?.number))
        if (!before?.row || before === by || group.replaced.has(before)) continue
        separated.add(before.row.id)
        replaced.push(change)
      }
    }
  const placed = assigned.flatMap(({ group }) => [...group.places.values()])
  const restored = placed.flatMap(({ row }) => (row && wasReplaced.has(row.id) ? [row.id] : []))
  return { replaced, restored, separated: [...separated] }
}

function placeOf(series: number | undefined, number: number | null | undefined): string {
  return `${series} ${number}`
}
