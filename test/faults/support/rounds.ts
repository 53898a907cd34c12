/** How often each fault is tried. */
export const ROUNDS = Number(process.env.PATCHWORK_FAULT_ROUNDS ?? 3)

/** Some moment until `most`, in milliseconds. */
export function anyMoment(most: number): number {
  return Math.random() * most
}
