import type { MailOptions } from './mail.js'

/** Parts of the mails of archives. */

/** A moment of a day of October, in the form of a mail. */
export function at(day: number, time: string): string {
  return `${new Date(Date.UTC(2026, 9, day)).toUTCString().slice(0, 16)} ${time} +0000`
}

/** A mail that answers others, the nearest last. */
export function to(...ids: string[]): Pick<MailOptions, 'inReplyTo' | 'references'> {
  return { inReplyTo: `${ids.at(-1)}@x`, references: ids.map((id) => `<${id}@x>`).join(' ') }
}

/** The body of a pull request. */
export const PULL = `The following changes since commit 1111111:

  x

are available in the Git repository at:

  https://git.example.org/lamp.git tags/next

for you to fetch changes up to 2222222:

  y
`
