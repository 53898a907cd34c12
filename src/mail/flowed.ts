import { linesOf } from './text.js'

/**
 * Restores the paragraphs of a `format=flowed` text (RFC 3676, 4): removes a stuffed blank before a line, and joins
 * a line that ends in a blank with the next. Signature separators are not joined, as in `git mailinfo`.
 *
 * @param options.isDeleted whether the blank that ends a line is not part of the text (`delsp=yes`)
 * @param options.isStuffed whether a blank was added before lines that begin with one; some programs omit it
 */
export function unflowed(
  text: string,
  { isDeleted, isStuffed }: { isDeleted: boolean; isStuffed: boolean },
): string {
  const joined: string[] = []
  let pending = ''
  for (const raw of linesOf(text)) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw
    if (line === '-- ') {
      if (pending !== '') joined.push(pending)
      joined.push(line)
      pending = ''
      continue
    }
    const unstuffed = isStuffed && line.startsWith(' ') ? line.slice(1) : line
    if (unstuffed.endsWith(' ')) pending += isDeleted ? unstuffed.slice(0, -1) : unstuffed
    else {
      joined.push(pending + unstuffed)
      pending = ''
    }
  }
  if (pending !== '') joined.push(pending)
  return joined.join('\n')
}
