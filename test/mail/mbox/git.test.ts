import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { formatMbox, type MboxInput } from '../../../src/mail/mbox/writer.js'
import { DIFF } from '../../support/mail.js'
import { git, runProgram } from '../../support/program.js'

/** What git itself reads in downloads. */

const folder = mkdtempSync(join(tmpdir(), 'patchwork-git-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => {
  rmSync(join(folder, 'split'), { recursive: true, force: true })
  mkdirSync(join(folder, 'split'))
})

const ACK = 'Acked-by: Ola Wick <ola@example.org>'
const HEADERS = [
  'From: Mira Keeper <mira@example.org>',
  'Subject: [PATCH] lamp: light it',
  'Message-Id: <lamp@example.org>',
  'Date: Thu, 01 Jan 2026 10:00:00 +0000',
].join('\n')

const INPUT: MboxInput = {
  id: 7,
  date: '2026-01-01T10:00:00',
  submitter: { name: 'Mira Keeper', email: 'mira@example.org' },
  delegate: undefined,
  listEmail: 'lamps@example.org',
  headers: HEADERS,
  content: 'Words.',
  diff: DIFF,
  replies: [],
}

/** Splits an mbox and reads its only mail, as `git am` does. */
async function read(mbox: string): Promise<{ info: string; message: string; patch: string }> {
  writeFileSync(join(folder, 'mbox'), mbox)
  expect((await git(folder, 'mailsplit', '-osplit', 'mbox')).trim()).toBe('1')
  expect(readdirSync(join(folder, 'split'))).toEqual(['0001'])
  const info = await readPiece('split/0001')
  return { info, message: file('message'), patch: file('patch') }
}

/** Message and patch of a piece of an mbox; gives what git says about its author. */
async function readPiece(name: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(folder, 'sh', [
    '-c',
    'git mailinfo message patch <"$0"',
    name,
  ])
  expect(code, stderr).toBe(0)
  return stdout
}

const file = (name: string) => readFileSync(join(folder, name), 'utf8')

/** The trailers that git finds in a commit message. */
async function trailersOf(message: string): Promise<string[]> {
  writeFileSync(join(folder, 'commit'), `lamp: light it\n\n${message.replace(/^\n+/, '')}`)
  return (await git(folder, 'interpret-trailers', '--parse', 'commit')).split('\n').filter(Boolean)
}

describe('a diff in another charset, read by git', () => {
  it.each([
    ['Latin 1', Buffer.from(DIFF.replace('return 1', 'return "caf\xe9"'), 'latin1')],
    ['a zero byte', Buffer.from(DIFF.replace('return 1', 'return "\0"'))],
    [
      'no line feed at its end',
      Buffer.from(DIFF.trimEnd().replace('return 1', 'return "\xa4\xb5"'), 'latin1'),
    ],
  ])('has the bytes that were sent: %s', async (_, diffBytes) => {
    const diff = diffBytes.toString('latin1').replaceAll('\0', '\ufffd')
    const input = { ...INPUT, content: 'Grüße.\n---\nNotes.', diff, diffBytes, replies: [ACK] }
    const { message } = await read(formatMbox(input))
    expect(message).toContain(`Grüße.\n\n${ACK}\n`)
    const patch = readFileSync(join(folder, 'patch'), 'latin1').trimEnd()
    expect(patch).toContain(diffBytes.toString('latin1').trimEnd())
  })
})

describe('trailers of replies, read by git', () => {
  const SIGNED = 'Signed-off-by: A <a@x>'

  it.each([
    'Words.',
    'Words are these:',
    'Words.\n\nNote: these are words\nand more',
    `Words.\n\n${SIGNED}\n[ida: changed x]\nSigned-off-by: B <b@x>`,
    'Words.\n\n[ida: changed x]\nReviewed-by: B <b@x>',
    'Words.\n\n[ida: changed x]',
    'Words.\n\n(cherry picked from commit 0123456789)',
    'Words.\n\nLink: https://x/y\n(cherry picked from commit 0123456789)',
    `Words.\n\n# comment\n${SIGNED}\n# other\n\tfold`,
    `Words.\n\n${SIGNED}\n\n# other`,
    `Words.\n\n${SIGNED}\n\nConflicts:\n\tlamp.c`,
    'Words.\n\nConflicts:\n\tlamp.c',
    `Words.\n\n${SIGNED}\n\n# ------------------------ >8 ------------------------\n# x\nwords`,
    `Words.\n\n${SIGNED}\n---\nv2: x\nTested-by: Note <n@x>`,
    'Words.\n\nLink: https://x/y',
    'Words, see\nLink: https://x/y',
    'Fixes: 0123456789ab ("x")',
    SIGNED,
    `Words.\n\nReviewed-by: Q <q@x>\n\n${SIGNED}`,
    `Words.\n\n${SIGNED}\n\nSome prose at the end.`,
    `Words\nhttps://x.org: foo\n${SIGNED}`,
    `Words.\n\n-- >8 --\n\nMore.\n\n${SIGNED}`,
    'Words.\n\nSigned-off-by: A of a long\n name <a@x>\n\tmore',
    'Words.\n\nSigned-off-by : A <a@x>',
    `Words.\n\n${SIGNED}\n-- \nsignature`,
    `Words.\n\n${SIGNED}\none\ntwo\nthree\n four`,
    `Words.\n\n  ${SIGNED}`,
    `From: Other <o@x>\nSubject: z\n\nWords.\n\n${SIGNED}`,
    `Words.\n\n${SIGNED}\n\ndiff -u says hi\nand more`,
    '',
  ])('are added to those of the message: %j', async (content) => {
    const before = await read(formatMbox({ ...INPUT, content, replies: [] }))
    rmSync(join(folder, 'split', '0001'))
    const after = await read(formatMbox({ ...INPUT, content, replies: [`Fine!\n\n${ACK}\n`] }))
    const known = (await trailersOf(before.message)).filter((line) => !line.startsWith('Conflicts'))
    expect(await trailersOf(after.message)).toEqual([...known, ACK])
    expect(after.patch).toContain('+\treturn 1;')
  })
})
