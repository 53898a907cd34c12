import type { Time } from '../db/schema.js'
import type { PostedInput } from '../mail/mbox/writer.js'

/** The columns of a patch that its mail is formatted from. */
export interface PostedRow {
  date: Time
  headers: string
  content: string
  diff: string | null
  above_diff: number | null
  diff_bytes: string | null
}

/** The input for the form of a mail that never changes. */
export function toPosted({ above_diff, diff_bytes, ...row }: PostedRow): PostedInput {
  return {
    ...row,
    above: above_diff,
    diffBytes: diff_bytes === null ? undefined : Buffer.from(diff_bytes, 'base64'),
  }
}
