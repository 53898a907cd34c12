// Why our parser and the public one may differ: by kind, each with its reason.

const TEXTS = ['text', 'kept']
const ADDRESSES = ['from', 'to', 'cc']

/** The first rule that holds explains a difference. */
const RULES = [
  {
    fields: ['subject', ...ADDRESSES],
    reason: 'white space is made single, for a header is one line to be read (RFC 5322, 2.2.3)',
    holds: ({ ours, theirs }) => singleSpaced(ours) === singleSpaced(theirs),
  },
  {
    fields: ADDRESSES,
    reason: 'a name that repeats the address is kept: it is what the sender wrote',
    holds: ({ ours, theirs }) => nameless(ours) === nameless(theirs),
  },
  {
    fields: ADDRESSES,
    reason: 'what has no address is no recipient, such as a comment behind an empty group (RFC 5322, 3.4)',
    holds: ({ ours, theirs }) => ours === theirs.replace(/^.*<>$\n?/gm, '').trim(),
  },
  {
    fields: ['attachments'],
    reason: 'the line break before a boundary belongs to the boundary (RFC 2046, 5.1.1)',
    holds: ({ ours, theirs }) => isPaired(ours, theirs, (a, b) => b - a === 1),
  },
  {
    fields: TEXTS,
    reason: 'lines of format=flowed are joined only around a diff: a page shows them as they were sent',
    holds: ({ field, ours, theirs }, { leaves, text, kept, messages }, other) => {
      if (leaves.every(({ type }) => type.flow === 'fixed')) return false
      if (field === 'text')
        return squeezed(ours) === squeezed(theirs) || messages.every((part) => isReadAs(part, other.text))
      // Joined lines are nowhere in ours: whether anything is lost, the lines as they were sent tell.
      return text.split('\n').every((line) => isWithin(line, kept) || isWithin(line, belowMark(text)))
    },
  },
  {
    fields: ['subject', ...ADDRESSES, ...TEXTS],
    reason: 'bytes that are not in the charset that is named are read as Latin-1, not lost',
    holds: ({ field, ours, theirs }, { text }) =>
      theirs.includes('\ufffd') &&
      (field === 'kept' ? isEachGarbled(theirs, text) : asciiOf(ours) === asciiOf(theirs)),
  },
  {
    fields: ['subject', ...ADDRESSES, ...TEXTS],
    reason: 'charsets that browsers do not know are read by tables of their own',
    // The public parser takes such a charset for windows-1252: read so, the mail is the same to both.
    holds: ({ field }, mail, other) => {
      const labels = charsetsOf(mail.leaves, mail.parsed.headers).filter((label) => !isOfBrowsers(label))
      if (labels.length === 0) return false
      const read = mail.readAs(labels, 'windows-1252')
      if (!read) return false
      const difference = differenceIn(field, read, other)
      return difference === undefined || ruleOf(difference, read, other) !== undefined
    },
  },
  {
    fields: TEXTS,
    reason: 'a text that begins with the mark of UTF-16 is read as such, as Windows writes files',
    // The public parser decodes such a text by the charset of its part.
    holds: (_, { messages }, other) =>
      messages.some(({ isMarked }) => isMarked) &&
      isWithin(messages.map((part) => (part.isMarked ? part.asDeclared : part.text)).join('\n'), other.text),
  },
  {
    fields: ['text'],
    reason: 'parts are read even where the boundary between them is empty, and the public parser reads none',
    holds: ({ theirs }, { parsed }) => theirs === '' && /boundary="?"?\s*$/im.test(parsed.headers),
  },
  {
    fields: ['text'],
    reason: 'the public parser puts blank lines between the texts of several parts',
    holds: ({ ours, theirs }, { messages }) =>
      messages.length > 1 && ours.replace(/\n+/g, '\n') === theirs.replace(/\n+/g, '\n'),
  },
  {
    fields: ['text'],
    reason:
      'a page is read as text only where a mail has no other text, and not counted as a part that has some',
    holds: ({ ours, theirs }, { messages, leaves }) =>
      ours === '' &&
      theirs !== '' &&
      messages.length === 0 &&
      leaves.some(({ type }) => type.type === 'text/html'),
  },
  {
    fields: TEXTS,
    reason: 'of a forwarded message the body is read: its headers are those of another mail',
    holds: ({ field, ours, theirs }, { text }) =>
      theirs.search(HEADER_BLOCKS) >= 0 &&
      squeezed(theirs.replace(HEADER_BLOCKS, '')) === squeezed(field === 'text' ? ours : belowMark(text)),
  },
  {
    fields: ADDRESSES,
    reason: 'archives of lists write addresses as `name at host`',
    holds: ({ ours, theirs }) => / at \S+ <>$/m.test(theirs) && !ours.includes('<>'),
  },
  {
    fields: ['message-id'],
    reason: 'what has no @ is cut or garbled: two mails could have the same (RFC 5322, 3.6.4)',
    holds: ({ ours, theirs }) => ours === '' && !theirs.includes('@'),
  },
  {
    fields: ['text'],
    reason: 'a text that is attached is read with the message, for git takes its diff from there',
    holds: (_, { messages }, other) =>
      messages.some(({ isAttached }) => isAttached) && messages.every((part) => isReadAs(part, other.text)),
  },
  {
    fields: ['kept'],
    reason: 'signatures and footers are no commentary',
    holds: ({ theirs }, { text }) => isBelowMark(theirs, text),
  },
]

function singleSpaced(text) {
  return text.replace(/\s+/g, ' ').replaceAll(' <', '<')
}

function nameless(text) {
  return singleSpaced(text.replace(/^(\S+) <\1>$/gm, '<$1>'))
}

/** The letters of a text, without what joining lines adds or takes. */
function squeezed(text) {
  return text.replace(/[\s>\0]+/g, '')
}

/** The public parser puts this before the text of a forwarded message. */
const HEADER_BLOCKS = /^-{10,}\n(?:[\w-]+: .*\n)+-{10,}$/gm

/** Whether each of the lines is one of the text, but for bytes that were lost. */
function isEachGarbled(lines, text) {
  const known = new Set(text.split('\n').map(asciiOf))
  return lines
    .split('\n')
    .filter((line) => !isBelowMark(line, text))
    .every((line) => line.includes('\ufffd') && known.has(asciiOf(line)))
}

function asciiOf(text) {
  return text.replace(/[^!-~]+/g, '')
}

/** All charsets that a mail names, in its parts and in encoded words (RFC 2047). */
function charsetsOf(leaves, headers) {
  const words = [...headers.matchAll(/=\?([^?*]{1,60})(?:\*[^?]{1,20})?\?[bq]\?/gi)].map(([, label]) => label)
  return [...leaves.flatMap(({ type }) => type.charset ?? []), ...words]
}

export function isOfBrowsers(label) {
  try {
    return new TextDecoder(label).encoding !== ''
  } catch {
    return false
  }
}

/** Whether a text contains a part; attachments count as contained. */
function isReadAs({ text, isAttached }, other) {
  return isAttached || isWithin(text, other)
}

/** Whether a text stands in another one, blanks and joined lines aside. */
function isWithin(text, other) {
  return squeezed(other).includes(squeezed(text))
}

/** Whether attachments have the same names and types, and sizes as `isAs` says. */
function isPaired(ours, theirs, isAs) {
  const [a, b] = [ours.split('\n'), theirs.split('\n')]
  return (
    a.length === b.length &&
    a.every((line, index) => {
      const [[name, size], [otherName, otherSize]] = [withSize(line), withSize(b[index])]
      return name === otherName && (size === otherSize || isAs(size, otherSize))
    })
  )
}

function withSize(line) {
  const blank = line.lastIndexOf(' ')
  return [line.slice(0, blank), Number(line.slice(blank + 1))]
}

/** The text below the first mark of a signature or a list footer. */
function belowMark(text) {
  const mark = /^(?:-- |_+)\r?$/m.exec(text)
  return mark ? text.slice(mark.index) : ''
}

function isBelowMark(lines, text) {
  const below = new Set(
    belowMark(text)
      .split('\n')
      .map((line) => line.trim()),
  )
  return lines.split('\n').every((line) => below.has(line.trim()))
}

/** What blanks and line ends do is no difference of reading. */
function plain(value) {
  const text = Array.isArray(value) ? value.join('\n') : value
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[ \t]+$/gm, '')
    .trim()
}

/** Lines of a text that the other has nowhere. */
function missingLines(text, other) {
  const lines = new Set(other.split('\n').map((line) => line.trim()))
  return text.split('\n').filter((line) => line.trim() !== '' && !lines.has(line.trim()))
}

/** How a field differs, `{ field, ours, theirs }`, or undefined where it does not. */
export function differenceIn(field, ours, theirs) {
  const [a, b] = [plain(ours[field]), plain(theirs[field])]
  const difference =
    field === 'kept'
      ? { field, ours: '', theirs: missingLines(b, a).join('\n') }
      : { field, ours: a, theirs: b }
  return difference.ours === difference.theirs ? undefined : difference
}

/**
 * Why two parsers differ, or undefined where no rule says it.
 *
 * @param difference `{ field, ours, theirs }`
 */
export function ruleOf(difference, ours, theirs) {
  return RULES.find(
    ({ fields, holds }) => fields.includes(difference.field) && holds(difference, ours, theirs),
  )?.reason
}
