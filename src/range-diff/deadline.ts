/** Thrown if a comparison takes longer than its deadline. */
export class DeadlineExceeded extends Error {}
