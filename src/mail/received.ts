import { parseDate } from './date.js'
import { fieldEnd } from './headers.js'

const HOST = /\bby\s+([\w.-]{1,255})/i

/**
 * When a mail reached the servers of a mailing list, by the `Received` header of the first of them: UTC,
 * `YYYY-MM-DDTHH:MM:SS`; undefined where no such server says so.
 */
export function timeAtList(headers: string, listAddress: string): string | undefined {
  const domain = serversOf(listAddress)
  if (domain === undefined) return undefined
  const first = receivedFields(headers).findLast((received) => {
    const host = HOST.exec(received.slice(0, MAX_LENGTH))?.[1]?.toLowerCase()
    return host !== undefined && (host === domain || host.endsWith(`.${domain}`))
  })
  return first && parseDate(first.slice(first.lastIndexOf(';') + 1).trim())
}

const RECEIVED = /^received:/gim

/** The values of all `Received` headers, in order. Other headers are not looked at. */
function receivedFields(headers: string): string[] {
  const values: string[] = []
  // For a pattern more characters end a line than for a mail.
  for (const { index } of headers.matchAll(RECEIVED))
    if (index === 0 || headers[index - 1] === '\n')
      values.push(headers.slice(index + 'received:'.length, fieldEnd(headers, index)).replace(/^[ \t]/, ''))
  return values
}

/** Characters of a header in which the host is looked for. */
const MAX_LENGTH = 2000

/** The domain that the servers of a list have in common: of `vger.kernel.org`, `kernel.org`. */
function serversOf(listAddress: string): string | undefined {
  const labels = listAddress
    .slice(listAddress.lastIndexOf('@') + 1)
    .toLowerCase()
    .split('.')
  if (!listAddress.includes('@') || labels.length < 2) return undefined
  return labels.slice(labels.length > 2 ? 1 : 0).join('.')
}
