/** What lists of patches show: a row for each series, or for each patch. */
export const LIST_VIEWS = ['series', 'patches'] as const

export type ListView = (typeof LIST_VIEWS)[number]

/** A view by its name; undefined if there is none of that name. */
export function findListView(name: string | undefined | null): ListView | undefined {
  return LIST_VIEWS.find((view) => view === name)
}

/** A rule: the name of a view. */
export function checkListView(name: string): string | undefined {
  return findListView(name) ? undefined : 'This must be series or patches.'
}
