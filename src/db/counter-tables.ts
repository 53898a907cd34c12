/** How many rows there are of each combination; triggers keep them (`counters.ts`). */

export interface PatchCountTable {
  project_id: number
  state_id: number
  archived: number
  total: number
}

/** Of covers and of series. */
export interface ProjectCountTable {
  project_id: number
  total: number
}

export interface EventCountTable {
  project_id: number
  category: string
  total: number
}

export interface CounterTables {
  patch_counts: PatchCountTable
  cover_counts: ProjectCountTable
  series_counts: ProjectCountTable
  event_counts: EventCountTable
}
