/** A mail ready for sending. */
export interface Composed {
  /** Without brackets; the same each time a mail is tried. */
  messageId: string
  from: string
  to: string
  /** The mail itself, its lines ending in CRLF. */
  raw: Buffer
}

/** A way out for mail. */
export interface Transport {
  /** Hands a mail over; throws Refused, Unreachable, or what else went wrong. Gives up when `signal` comes. */
  send(mail: Composed, signal: AbortSignal): Promise<void>
  /** Tries everything but to hand over a mail; throws Unreachable if none would be taken. */
  check(): Promise<void>
}

/** This mail will never be taken, however often it is tried. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

/** The mail server does not accept mail for now: it is unreachable or refuses our login. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}
