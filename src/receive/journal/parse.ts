import { parseMail } from '../../mail/parse.js'
import type { ParsedMail } from '../../mail/types.js'

/** What a mail says, or the bug that keeps us from reading it: none is known. */
export type ParseResult = ParsedMail | Error

/** Parses mails, with one result for each, in their order. */
export type ParseMails = (mails: readonly Uint8Array[]) => Promise<ParseResult[]>

/** Parses a mail whatever its bytes are; never throws. */
export function tryParse(bytes: Uint8Array): ParseResult {
  try {
    return parseMail(bytes)
  } catch (error) {
    return error as Error
  }
}

/** Parses mails in this thread: for a process that has nothing else to do. */
export async function parseInProcess(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
  return mails.map(tryParse)
}
