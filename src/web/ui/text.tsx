/**
 * A text that somebody else wrote, within a line of ours. `bdi` keeps its direction, and whatever overrides of
 * direction are in it, to itself.
 */
export function Foreign({ children }: { children: string }) {
  return <bdi>{children}</bdi>
}
