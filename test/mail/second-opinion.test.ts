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
