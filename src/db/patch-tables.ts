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

export interface PatchTables {
  patch_tags: PatchTagTable
  patch_hashes: PatchHashTable
}
