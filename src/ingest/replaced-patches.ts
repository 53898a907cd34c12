import type { Assigned, PlacedMail } from './placed-mail.js'
import { isLeading } from './series-mail.js'

/** Consequences of a new mail for other mails; applied after the mail is stored. */
export interface Consequences {
  /** Series whose events need an update. */
  changed: readonly number[]
  /** Replaced patches and their replacements; undefined stands for the new mail. */
  replaced: readonly { old: number | undefined; by: number | undefined }[]
  /** Patches that are no longer replaced. */
  restored: readonly number[]
  /** Patches that leave the relation of those of their former place. */
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

/**
 * Replacements that begin or end with a new arrangement. `members`: mails in their previous places. The patches that had one
 * place stay related if they still have one, with no others that had one; else all of them leave their relation, and those of
 * each place are related anew.
 */
export function findReplacements(
  members: readonly PlacedMail[],
  assigned: readonly Assigned[],
): Pick<Consequences, 'replaced' | 'restored' | 'separated'> {
  const chains = assigned.flatMap(({ group }) => [...Map.groupBy(group.replaced, ([, by]) => by)])
  const holderOf = new Map(
    chains.flatMap(([by, pairs]) => [by, ...pairs.map(([old]) => old)].map((mail) => [mail, by])),
  )
  const rivals = formerRivals(members)
  const kept = new Set(groupsAlone(rivals, (mail) => holderOf.get(mail) ?? mail).flat())
  const replaced = chains.flatMap(([by, pairs]) =>
    pairs
      .filter(([old]) => !isReplaced(old) || !kept.has(old))
      .map(([old]) => ({ old: old.row?.id, by: by.row?.id })),
  )
  const placed = new Set(assigned.flatMap(({ group }) => [...group.places.values()]))
  const restored = new Set([...placed].filter(isReplaced))
  const separated = rivals.flat().filter((mail) => !kept.has(mail) && !restored.has(mail))
  return { replaced, restored: idsOf(restored), separated: idsOf(separated) }
}

/** The groups of patches that all have one place now, which no patch of another group has. */
function groupsAlone(
  groups: readonly PlacedMail[][],
  holderOf: (mail: PlacedMail) => PlacedMail,
): PlacedMail[][] {
  const holders = groups.map((mails) => [...new Set(mails.map(holderOf))])
  const byHolder = Map.groupBy(holders.flat(), (holder) => holder)
  return groups.filter((_, index) => {
    const [holder, ...others] = holders[index] as PlacedMail[]
    return others.length === 0 && byHolder.get(holder as PlacedMail)?.length === 1
  })
}

function idsOf(mails: Iterable<PlacedMail>): number[] {
  return [...mails].flatMap(({ row }) => row?.id ?? [])
}

/** Names the place that a patch has, or had before it was replaced. */
function placeOf({ row, marker }: PlacedMail): string {
  return `${row?.series_id} ${row?.number ?? marker?.number}`
}

function isReplaced({ row, kind, marker }: PlacedMail): boolean {
  return row?.number === null && kind !== 'cover' && kind !== 'beside' && !isLeading({ kind, marker })
}

/** The patches that had one place, all but one of them replaced. */
function formerRivals(members: readonly PlacedMail[]): PlacedMail[][] {
  const patches = members.filter(({ row, kind }) => row && kind !== 'cover' && kind !== 'beside')
  return [...Map.groupBy(patches, placeOf).values()].filter((mails) => mails.some(isReplaced))
}
