import { headerFields } from '../../mail/headers.js'

/** A mail with its parent. */
export interface Mail {
  readonly msgid: string
  readonly headers: string
}

export interface Threaded<M> {
  readonly mail: M
  /** How many mails of the thread it answers, one through the other; 0 for an answer to the patch itself. */
  readonly depth: number
}

/**
 * Orders mails as a thread: each is followed by its answers, those of one mail in the order given. What answers
 * nothing that is there, or itself in a circle, begins a thread of its own.
 */
export function inThread<M extends Mail>(mails: readonly M[]): Threaded<M>[] {
  const known = new Map(mails.map((mail) => [mail.msgid, mail]))
  const answers = new Map<M, M[]>()
  const roots: M[] = []
  for (const mail of mails) {
    const parent = parentOf(mail, known)
    if (!parent) roots.push(mail)
    else if (!answers.get(parent)?.push(mail)) answers.set(parent, [mail])
  }
  const ordered = new Map<M, number>()
  // Mails in a reference cycle are not reachable from any root.
  for (const root of [...roots, ...mails]) addThread(root, answers, ordered)
  return [...ordered].map(([mail, depth]) => ({ mail, depth }))
}

/** No recursion: a stranger decides how deep a thread is. */
function addThread<M>(root: M, answers: ReadonlyMap<M, readonly M[]>, ordered: Map<M, number>): void {
  const waiting: [M, number][] = [[root, 0]]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [mail, depth] = next
    if (ordered.has(mail)) continue
    ordered.set(mail, depth)
    for (const answer of (answers.get(mail) ?? []).toReversed()) waiting.push([answer, depth + 1])
  }
}

function parentOf<M extends Mail>(mail: M, known: ReadonlyMap<string, M>): M | undefined {
  for (const msgid of referencesIn(mail.headers)) {
    const parent = known.get(msgid)
    if (parent && parent !== mail) return parent
  }
  return undefined
}

const MESSAGE_ID = /<[^<>\s]+>/g

/** Message ids read from one mail. */
const MAX_REFERENCES = 100

/** The nearest ancestor first: `In-Reply-To`, then `References` from its end (RFC 5322, 3.6.4). */
function referencesIn(headers: string): string[] {
  const fields = headerFields(headers)
  const idsIn = (wanted: string) =>
    fields
      .filter(([name]) => name.toLowerCase() === wanted)
      .flatMap(([, value]) => value.match(MESSAGE_ID)?.slice(-MAX_REFERENCES) ?? [])
  return [...idsIn('in-reply-to'), ...idsIn('references').toReversed()]
}
