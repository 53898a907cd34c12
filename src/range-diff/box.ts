/** A place between lines of both texts. */
export interface Point {
  readonly old: number
  readonly new: number
}

/** A part of both texts; ends are exclusive. */
export interface Box {
  readonly oldStart: number
  readonly oldEnd: number
  readonly newStart: number
  readonly newEnd: number
  /** Whether the shortest path through it is wanted, however long that takes. */
  readonly isExact: boolean
}
