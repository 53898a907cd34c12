import { type EncodedDiff, encodedDiff } from './diff-bytes.js'
import { fileNames } from './diff-files.js'
import { unflowed } from './flowed.js'
import { htmlToText } from './html-text.js'
import { unescapedText } from './pgp.js'
import { withoutFooter, withoutSignature } from './signature.js'
import { type DiffSplit, splitDiff } from './split.js'
import { strip } from './text.js'
import type { TextPart } from './text-part.js'

/** The text and the diff of a possible patch. */
export interface PatchContent {
  content: string
  /** Whole lines. */
  diff: string | undefined
  /** The bytes of the diff in base64, if they are not its UTF-8 form. */
  diffBytes: string | undefined
  /** Characters of `content` above the diff; undefined if all of it is. */
  aboveDiff: number | undefined
  /** Whether the text quotes another mail and the diff is only an attachment that mail programs do not display. */
  isAnswerWithFile: boolean
}

/** The contribution of one part to a patch. */
interface Piece {
  part: TextPart
  isFile: boolean
  isApplication: boolean
  /** Commentary; an attached file has none: text above its diff belongs to the file. */
  content: string | undefined
  diff: string | undefined
  /** The bytes of the diff, if they are not its UTF-8 form. */
  bytes: Buffer | undefined
  split: DiffSplit
  /** Whether git sees a blank line where the part ends. */
  hasBlankEnd: boolean
}

/**
 * The commentary and the diff of a possible patch, as `git mailinfo` reads them: the diffs of all parts in
 * their order. Files that have no diff are left out.
 *
 * @param options.acceptsBroken whether diffs count that a mail program has broken
 */
export function patchContent(
  parts: readonly TextPart[],
  { acceptsBroken = false }: { acceptsBroken?: boolean } = {},
): PatchContent {
  const pieces = parts.map((part, index) =>
    readPiece(part, { isLater: index > 0 && part.role === 'message', acceptsBroken }),
  )
  const withDiff = distinctPieces(pieces)
  const diff = joinedDiffs(withDiff)
  const plain = pieces.map((piece) => piece.content)
  const own = joined(plain)
  const isHtml = own === '' && pieces.every((piece) => piece.isFile || piece.diff === undefined)
  const texts = isHtml ? htmlTexts(parts) : plain
  const content = isHtml ? withoutSignature(joined(texts), { isMessage: true }) : own
  if (diff === undefined) return { ...NO_DIFF, content }
  const isFileOnly = pieces.every((piece) => piece.diff === undefined || piece.isApplication)
  const isAnswerWithFile = isFileOnly && QUOTED_LINE.test(content)
  const diffBytes = joinedBytes(withDiff)
  return { content, diff, diffBytes, aboveDiff: lengthAbove(pieces, texts, content), isAnswerWithFile }
}

/** The content of a mail without a diff. */
export const NO_DIFF = {
  diff: undefined,
  diffBytes: undefined,
  aboveDiff: undefined,
  isAnswerWithFile: false,
} as const

/** Joins diffs with the blank lines that git sees between them, so that the patch-id equals that of the mail. */
function joinedDiffs(pieces: readonly Piece[]): string | undefined {
  return pieces.map((piece, index) => `${piece.diff}${gapAfter(pieces, index)}`).join('') || undefined
}

/** The same in base64; undefined if all diffs are in UTF-8. */
function joinedBytes(pieces: readonly Piece[]): string | undefined {
  if (pieces.every(({ bytes }) => bytes === undefined)) return undefined
  const all = pieces.flatMap(({ diff, bytes }, index) => [
    bytes ?? Buffer.from(diff as string),
    Buffer.from(gapAfter(pieces, index)),
  ])
  return Buffer.concat(all).toString('base64')
}

function gapAfter(pieces: readonly Piece[], index: number): string {
  return pieces[index]?.hasBlankEnd && index < pieces.length - 1 ? '\n' : ''
}

const QUOTED_LINE = /^> ?\S/m

/** The length of the text above the first diff, if there is text below it. */
function lengthAbove(
  pieces: readonly Piece[],
  texts: readonly (string | undefined)[],
  content: string,
): number | undefined {
  const first = pieces.findIndex(({ diff }) => diff !== undefined)
  const piece = pieces[first] as Piece
  const above = joined([...texts.slice(0, first), piece.isFile ? undefined : strip(piece.split.above)])
  return above.length < content.length && content.startsWith(above) ? above.length : undefined
}

function joined(texts: readonly (string | undefined)[]): string {
  const lines = texts.map((text) => (text === undefined ? '' : `${text}\n`))
  return strip(withLineFeeds(lines.join('')))
}

/**
 * The text of a reply or a cover, diffs included.
 *
 * @param options.isMessage whether it is that of a cover: what follows a signature in it may be its own
 */
export function plainContent(
  parts: readonly TextPart[],
  { isMessage = false }: { isMessage?: boolean } = {},
): string {
  const texts = parts.filter(({ role }) => role === 'message').map(({ text }) => `${strip(text)}\n`)
  return withLineFeeds(withoutSignature(texts.join(''), { isMessage })) || htmlContent(parts)
}

/** Mail in HTML only is converted to text and never contains a patch. */
function htmlContent(parts: readonly TextPart[]): string {
  return withoutSignature(
    htmlTexts(parts)
      .filter((text) => text !== undefined)
      .join('\n'),
  )
}

/** The texts of the parts that are HTML. */
function htmlTexts(parts: readonly TextPart[]): (string | undefined)[] {
  return parts.map(({ role, text }) => (role === 'html' ? strip(htmlToText(text)) : undefined))
}

interface PieceOptions {
  /** Whether other parts come before: all of its text may be a list's footer. */
  isLater: boolean
  acceptsBroken: boolean
}

function readPiece(part: TextPart, { isLater, acceptsBroken }: PieceOptions): Piece {
  if (part.role === 'message') {
    const { text, split } = readMessage(part, acceptsBroken)
    const content =
      split.diff === undefined ? ownText(text, isLater) : `${split.above}${withoutFooter(split.below)}`
    return {
      part,
      isFile: false,
      isApplication: false,
      content: strip(content),
      ...readDiff(
        part,
        split.diff,
        (source) => readMessage({ ...part, text: source }, acceptsBroken).split.diff,
      ),
      split,
      hasBlankEnd: split.below !== '' && !(part.isExact && split.below.trim() === ''),
    }
  }
  const split = splitDiff(part.role === 'file' ? part.text : '', { isFile: true, acceptsBroken })
  const diff = split.diff === undefined ? undefined : wholeLines(part.text)
  const { isApplication } = part
  const hasBlankEnd = !part.isExact && part.text.endsWith('\n')
  const read = readDiff(part, diff, wholeLines)
  return { part, isFile: true, isApplication, content: undefined, ...read, split, hasBlankEnd }
}

function ownText(text: string, isLater: boolean): string {
  return isLater ? withoutFooter(text.trimStart()) : withoutSignature(text, { isMessage: true })
}

function readDiff(
  { raw }: TextPart,
  diff: string | undefined,
  find: (text: string) => string | undefined,
): EncodedDiff | { diff: undefined; bytes: undefined } {
  if (diff === undefined) return { diff, bytes: undefined }
  return raw ? encodedDiff(raw, diff, find) : { diff, bytes: undefined }
}

/**
 * Joins lines that a mail program broke for `format=flowed` (RFC 3676) if the mail has a diff: files never
 * contain such breaks. Some programs declare flowed but send the text unchanged; an intact diff shows that.
 */
function readMessage(
  { text: raw, flow }: TextPart,
  acceptsBroken: boolean,
): { text: string; split: DiffSplit } {
  const text = unescapedText(raw) ?? raw
  const split = splitDiff(text, { acceptsBroken })
  if (flow === 'fixed') return { text, split }
  const isDeleted = flow === 'delsp'
  const isStuffed = !hasUnstuffedLine(split.diff ?? '')
  const unbroken = unflowed(text, { isDeleted, isStuffed })
  const other = splitDiff(unbroken)
  // Without stuffing, trailing blanks may belong to the lines: a diff that is intact as received stays.
  const isMeant = other.diff !== undefined && other.isIntact && (isStuffed || !split.isIntact)
  return isMeant ? { text: unbroken, split: other } : { text, split }
}

/** Stuffing doubles a blank at the start of a line; it adds a single one only before `From ` and `>`. */
const UNSTUFFED = /^ (?!From |>)\S/m

function hasUnstuffedLine(diff: string): boolean {
  return UNSTUFFED.test(diff)
}

function wholeLines(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}

/**
 * The diffs of all pieces, each change once: people often paste a diff and attach it too. The attached copy
 * takes precedence, because no mail program has altered it.
 */
function distinctPieces(pieces: readonly Piece[]): Piece[] {
  const withDiff = pieces.filter(({ diff }) => diff !== undefined)
  if (withDiff.length < 2) return withDiff
  const files = withDiff.filter(({ isFile }) => isFile)
  const attached = new Set(files.map(changeOf))
  const attachedNames = new Set(files.map(namesOf))
  const seen = new Set<string>()
  const pasted = new Set<string>()
  const distinct: Piece[] = []
  for (const piece of withDiff) {
    const change = changeOf(piece)
    const isPasted =
      !piece.isFile && (attached.has(change) || (!piece.split.isIntact && attachedNames.has(namesOf(piece))))
    if (isPasted) pasted.add(namesOf(piece))
    if (isPasted || seen.has(change)) continue
    seen.add(change)
    distinct.push(piece)
  }
  return distinct.map((piece) => (piece.isFile && pasted.has(namesOf(piece)) ? withoutMessage(piece) : piece))
}

/** An attached file from its diff on. Its sender also pasted that diff, with the message above it, where git reads it. */
function withoutMessage(piece: Piece): Piece {
  return { ...piece, ...readDiff(piece.part, fromDiffOn(piece.part.text), fromDiffOn) }
}

function fromDiffOn(text: string): string {
  return wholeLines(text.slice(splitDiff(text, { isFile: true }).above.length))
}

const NO_CHANGE = /^(?:index |diff |Index: |=+\r?$|--- |\+\+\+ ).*\n/gm

/** The content of a diff, independent of altered blanks and of the form of its file headers. */
function changeOf(piece: Piece): string {
  const diff = piece.split.diff as string
  return `${namesOf(piece)}\n${diff.replace(NO_CHANGE, '').replace(/\s+/g, '')}`
}

function namesOf({ split }: Piece): string {
  return fileNames(split.diff as string).join('\n')
}

/** Removes CR at line ends of a text: lines of mail end in CR LF on the wire (RFC 5322, 2.3). A diff keeps
 * them, because the file may contain them. */
function withLineFeeds(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text
}
