import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../src/mail/limits.js'
import { parseMail } from '../../src/mail/parse.js'

const HEADERS = 'From: a@example.org\nSubject: [PATCH] x\nMessage-Id: <a@b>\n'

const level = (n: number) => `Content-Type: multipart/mixed; boundary=b${n}\n\n--b${n}\n`

/** A mail of `depth` multiparts, each the first part of the one before, and then `lines` lines. */
function nested(depth: number, line: string, lines: number): Buffer {
  return Buffer.from(
    HEADERS + Array.from({ length: depth }, (_, n) => level(n)).join('') + line.repeat(lines),
  )
}

/** Milliseconds of this thread. */
function cost(mail: Buffer): number {
  const start = process.threadCpuUsage()
  parseMail(mail)
  const { user, system } = process.threadCpuUsage(start)
  return (user + system) / 1000
}

/** Of several runs, the one that was disturbed least. */
function lowestCost(mail: Buffer): number {
  return Math.min(...Array.from({ length: 4 }, () => cost(mail)))
}

describe('a mail of nested multiparts', () => {
  it.each([
    ['lines that look like boundaries', '\n--x'],
    ['boundaries of the outermost, which are parts without headers', '\n--b0x'],
    ['long lines', `--${'-'.repeat(500)}\n`],
    ['header lines with hyphens', '--b: c\n'],
  ])('costs as much as a flat one: %s', (_, line) => {
    const lines = Math.round(2_000_000 / line.length)
    lowestCost(nested(1, line, lines))
    const flat = lowestCost(nested(1, line, lines))
    const deep = lowestCost(nested(LIMITS.depth, line, lines))
    expect(deep).toBeLessThan(5 * flat + 20)
    expect(lowestCost(nested(LIMITS.depth + 30, line, lines))).toBeLessThan(5 * flat + 20)
  })

  it('costs little where thousands of parts have headers that never end', () => {
    const parts = '--b0\nContent-Type: multipart/mixed; boundary=q\nA: b\n'.repeat(40_000)
    expect(lowestCost(nested(1, parts, 1))).toBeLessThan(1000)
  })
})
