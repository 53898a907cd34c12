import { hash } from 'node:crypto'
import { parseMail } from '../../mail/parse.js'
import type { ParsedMail } from '../../mail/types.js'

/** A mail that has been read. */
export interface ParsedMessage {
  parsed: ParsedMail
  /** By which two mails with one message id are told apart: a digest of what they say, whatever way they came. */
  essence: string
}

/** What a mail says, or the mistake of ours that keeps us from reading it: there is none that we know of. */
export type ParseResult = ParsedMessage | Error

/** Reads a mail whatever its bytes are. */
export function read(bytes: Uint8Array): ParseResult {
  try {
    const parsed = parseMail(bytes)
    return { parsed, essence: contentDigest(parsed) }
  } catch (error) {
    return error as Error
  }
}

function contentDigest({ subject, content, diff }: ParsedMail): string {
  return hash('sha256', `${subject ?? ''}\0${content}\0${diff ?? ''}`, 'base64url')
}

/** Reads mails in this thread: for a process that has nothing else to do. */
export async function parseInProcess(mails: readonly Uint8Array[]): Promise<ParseResult[]> {
  return mails.map(read)
}
