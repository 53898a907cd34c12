import { computeDigests } from '../../mail/digests.js'
import { parseMail } from '../../mail/parse.js'
import type { ParsedMail } from '../../mail/types.js'

/** A parsed mail, or the error of a parser bug; no such bug is known. */
export type ParseResult = ParsedMail | Error

/** Parses mails; returns one result for each, in order. */
export type ParseMails = (mails: readonly Uint8Array[]) => Promise<ParseResult[]>

/** Parses a mail of any bytes, and computes what is stored with it; never throws. */
export function tryParse(bytes: Uint8Array): ParseResult {
  try {
    const mail = parseMail(bytes)
    return { ...mail, digests: computeDigests(mail) }
  } catch (error) {
    return error as Error
  }
}

/** Parses mails in this thread: for a process without other work. */
export async function parseInProcess(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
  return mails.map(tryParse)
}
