import { parseMail } from '../mail/parse.js'
import type { ParsedMail } from '../mail/types.js'

/** What a mail says, or the mistake of ours that keeps us from reading it: there is none that we know of. */
export type Reading = ParsedMail | Error

/** Reads a mail whatever its bytes are. */
export function read(bytes: Uint8Array): Reading {
  try {
    return parseMail(bytes)
  } catch (error) {
    return error as Error
  }
}
