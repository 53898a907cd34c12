import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'

/** Holds our parser against a public one: `scripts/second-opinion.mjs` explains each difference by a rule. */

const ROOT = resolve(import.meta.dirname, '../..')
const FIXTURES = join(ROOT, 'test/fixtures/mail')
const folder = mkdtempSync(join(tmpdir(), 'patchwork-opinion-'))
afterAll(() => rmSync(folder, { recursive: true }))

function compare(archive: string): { status: number | null; output: string } {
  const script = join(ROOT, 'scripts/second-opinion.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, archive], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return { status, output: stdout }
}

function archiveOf(name: string, mail: Uint8Array | string): string {
  const path = join(folder, name)
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('From mira@example.org Mon Oct  5 08:00:00 2026\n'), Buffer.from(mail)]),
  )
  return path
}

it('explains every difference over an archive', () => {
  const { status, output } = compare(join(ROOT, 'demo/archive.mbox'))
  expect(output).toMatch(/^100 mails, \d+ differences, 0 unexplained\n$/m)
  expect(status).toBe(0)
})

it.each(readdirSync(FIXTURES).filter((name) => name.endsWith('.eml')))('explains those of %s', (name) => {
  const { status, output } = compare(archiveOf(name, readFileSync(join(FIXTURES, name))))
  expect(output).toMatch(/^1 mails, \d+ differences, 0 unexplained\n$/m)
  expect(status).toBe(0)
})

it('fails for a difference that no rule explains', () => {
  // The public parser takes both for one.
  const twice =
    'From: Mira <mira@example.org>\nSubject: One\nMessage-Id: <a@example.org><b@example.org>\n\nText\n'
  const { status, output } = compare(archiveOf('twice.eml', twice))
  expect(output).toContain('message-id: UNEXPLAINED (1)')
  expect(output).toMatch(/^1 mails, 1 differences, 1 unexplained\n$/m)
  expect(status).toBe(1)
})

/** A mail in a charset of which the public parser knows nothing. */
const CP437 =
  'From: Mira <mira@example.org>\nSubject: One\nMessage-Id: <a@example.org>\nContent-Type: text/plain; charset=cp437\n' +
  'Content-Transfer-Encoding: quoted-printable\n\nGr=81n\nBlack\n'

it('explains a charset by what the public parser takes it for', () => {
  const { output } = compare(archiveOf('cp437.eml', CP437))
  expect(output).toContain('text: charsets that browsers do not know')
  expect(output).toMatch(/, 0 unexplained\n$/)
})

it('explains nothing else in such a mail', async () => {
  const { compareMail, ownModules } = await import(join(ROOT, 'scripts/second-opinion.mjs'))
  const modules = await ownModules(join(ROOT, 'dist/mail'))
  const textParts = (...args: unknown[]) =>
    modules
      .textParts(...args)
      .map((part: { text: string }) => ({ ...part, text: part.text.replace('Black', '') }))
  const found = await compareMail(Buffer.from(CP437), { ...modules, textParts })
  expect(found).toContainEqual(expect.objectContaining({ field: 'text', rule: undefined }))
})

it('explains a text with the mark of UTF-16 by its bytes', () => {
  const file = Buffer.from('\ufeffGr\u00fcn \u706f\n', 'utf16le').toString('base64')
  const mail =
    'From: Mira <mira@example.org>\nSubject: One\nMessage-Id: <a@example.org>\nContent-Type: text/plain\n' +
    `Content-Transfer-Encoding: base64\n\n${file}\n`
  const { output } = compare(archiveOf('utf16.eml', mail))
  expect(output).toContain('text: a text that begins with the mark of UTF-16')
  expect(output).toMatch(/text: .*\n(?:.*\n)*1 mails, \d+ differences, \d unexplained\n$/)
})

it.each([
  // A charset whose name can't be replaced: NUL is no part of a header.
  'Subject: =?UTF\0\x01?q?Gr=C3=BCn?=\n\nText\n',
  // A patch as the mail as a whole.
  'Subject: One\nContent-Type: application/octet-stream\n\nWhy.\n---\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
])('reads every mail: %j', (rest) => {
  const mail = `From: Mira <mira@example.org>\nMessage-Id: <a@example.org>\n${rest}`
  expect(compare(archiveOf('odd.eml', mail)).output).toMatch(/^1 mails, \d+ differences, \d+ unexplained\n$/m)
})

const part = (type: string, text: string) => `--b\nContent-Type: ${type}\n\n${text}\n`

it('explains blank lines between parts, pages, and forwarded mails with their own headers', () => {
  const forwarded = 'From: Ida <ida@example.org>\nSubject: Two\n\nMore\n'
  const mixed = `${part('text/plain', 'Text\n')}${part('text/plain', 'Other\n')}--b--\n`
  const others = [
    mixed,
    part('text/html', '<p>Text</p>'),
    part('text/plain', 'Text\n') + part('message/rfc822', forwarded),
  ]
  for (const body of others) {
    const head = 'From: Mira <mira@example.org>\nSubject: One\nMessage-Id: <a@example.org>\n'
    const mail = `${head}Content-Type: multipart/mixed; boundary=b\n\n${body}`
    expect(compare(archiveOf('parts.eml', mail)).output).toMatch(/, 0 unexplained\n$/)
  }
})
