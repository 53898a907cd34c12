/** What is derived from the mails of patches. */

/** In a table of its own: a row with long texts is slow to read to its end. */
export interface PatchHashTable {
  patch_id: number
  /** Of the mail as `?tags=0` downloads it, in hex. */
  sha256: string
}

export interface PatchTagTable {
  patch_id: number
  tag_id: number
  count: number
}

/**
 * A trailer in a mail: of a patch, or of a comment on a patch or a cover. Which patches it counts for, and whether it
 * does, is decided when it is read.
 */
export interface TrailerTable {
  /** The patch that the mail is or answers; null if it answers a cover. */
  patch_id: number | null
  /** The cover that the mail answers, which may be stored as a comment on another mail; else null. */
  cover_id: number | null
  /** Null for the mail of the patch itself, and for a comment on a cover. */
  patch_comment_id: number | null
  cover_comment_id: number | null
  /** Its place in its mail. */
  position: number
  /** As it is written: `Reviewed-by`. */
  kind: string
  value: string
  /** Text after `#`, with the blanks before it, or a line in brackets below. */
  remark: string | null
  /** The person; both are null for a trailer such as `Fixes:`. */
  name: string | null
  email: string | null
  /** The patches of the series that it is for, `all` or `1-3,5`; null if it does not say. */
  scope: string | null
  /** 1 if the mail came from somebody else than the person. */
  is_other: number
}

export interface PatchTables {
  patch_tags: PatchTagTable
  trailers: TrailerTable
  patch_hashes: PatchHashTable
}
