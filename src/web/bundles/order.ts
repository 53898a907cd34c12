/**
 * The order that the form requests; `before` are the ids of the patches in their current order. Each patch has a
 * field `position-ID` with its place from 1. A moved patch comes before the patch at its new place, or after it if it
 * was moved down. The buttons `up` and `down` have the id of a patch that moves by one place.
 */
export function newOrder(before: readonly number[], form: URLSearchParams): number[] {
  const places = before.map((id, index) => ({ id, place: placeOf(id, index + 1, form) }))
  const after = places.toSorted((a, b) => a.place - b.place).map(({ id }) => id)
  for (const [name, step] of [
    ['up', -1],
    ['down', 1],
  ] as const) {
    const from = after.indexOf(Number(form.get(name) ?? Number.NaN))
    const moved = after[from]
    const other = after[from + step]
    if (moved === undefined || other === undefined) continue
    after[from + step] = moved
    after[from] = other
  }
  return after
}

function placeOf(id: number, old: number, form: URLSearchParams): number {
  const text = (form.get(`position-${id}`) ?? '').trim()
  const wanted = /^\d{1,6}$/.test(text) ? Number(text) : old
  return wanted + Math.sign(wanted - old) / 2
}

/** Whether the patches that a form showed are still those of the bundle, in the order and at the place that they had. */
export function matchesShownOrder(before: readonly number[], form: URLSearchParams): boolean {
  const shown = form.get('shown')
  const start = Number(form.get('start') ?? Number.NaN)
  if (shown === null || !Number.isSafeInteger(start) || start < 0) return true
  const ids = shown.split(',')
  return ids.every((id, index) => id === String(before[start + index]))
}
