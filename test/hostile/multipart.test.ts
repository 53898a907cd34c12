import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../src/mail/limits.js'
import { parseMail } from '../../src/mail/parse.js'
import { expectLinear } from '../support/linear.js'
import { least, threadWork } from '../support/work.js'

const HEADERS = 'From: a@example.org\nSubject: [PATCH] x\nMessage-Id: <a@b>\n'

const level = (n: number) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`

/** A mail of `depth` multiparts, each the first part of the one before, and then `lines` lines. */
function nested(depth: number, line: string, lines: number): Buffer {
  return Buffer.from(
    HEADERS + Array.from({ length: depth }, (_, n) => level(n)).join('') + line.repeat(lines),
  )
}

/** Milliseconds of this thread. */
async function cost(mail: Buffer): Promise<number> {
  return (await threadWork(() => parseMail(mail))) / 1000
}

describe('a mail of nested multiparts', () => {
  it.each([
    ['lines that look like boundaries', '\n--x'],
    ['boundaries of the outermost, which are parts without headers', '\n--b0x'],
    ['long lines', `--${'-'.repeat(500)}\n`],
    ['header lines with hyphens', '--b: c\n'],
  ])('costs as much as a flat one: %s', async (_, line) => {
    const lines = Math.round(2_000_000 / line.length)
    const flat = nested(1, line, lines)
    await cost(flat)
    // The least of all runs: the more that was disturbed, the more would be allowed.
    const limit = 5 * (await least(() => cost(flat), 0)) + 20
    for (const depth of [LIMITS.depth, LIMITS.depth + 30]) {
      const deep = nested(depth, line, lines)
      expect(await least(() => cost(deep), limit)).toBeLessThan(limit)
    }
  })

  it('costs little where thousands of parts have headers that never end', async () => {
    const part = '--b0\nContent-Type: multipart/mixed; boundary=q\nA: b\n'
    await expectLinear((parts) => parseMail(nested(1, part, parts)), { size: 5000 })
  })
})
