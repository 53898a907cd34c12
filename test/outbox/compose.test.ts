import { expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.js'
import type { OutboxMail } from '../../src/domain/outbox/queries.js'
import { parseMail } from '../../src/mail/parse.js'
import { composeMail } from '../../src/outbox/compose.js'

const MAIL: OutboxMail = {
  id: 1,
  kind: 'changes',
  token: 'f'.repeat(32),
  recipient: 'ann@example.org',
  subject: 'One',
  body: 'Hello,\n',
  state: 'sending',
  created: '2026-10-05T12:00:00.123000',
  due: null,
  finished: null,
  reason: null,
  attempts: 1,
}

const CONFIG = readConfig({
  PATCHWORK_MAIL_FROM: 'Flickwerk für alle <patchwork@lists.example.org>',
  PATCHWORK_PUBLIC_URL: 'https://patchwork.example.org/',
})

async function compose(change: Partial<OutboxMail>): Promise<string> {
  return (await composeMail({ ...MAIL, ...change }, CONFIG)).raw.toString('latin1')
}

it('makes the same mail each time, with what mail systems need to know', async () => {
  const first = await compose({})
  expect(first).toBe(await compose({ attempts: 2 }))
  expect(first).toContain(`Message-ID: <${'f'.repeat(32)}@lists.example.org>\r\n`)
  expect(first).toContain('Date: Mon, 05 Oct 2026 12:00:00 +0000\r\n')
  expect(first).toContain('Auto-Submitted: auto-generated\r\n')
  expect(first).toContain('List-Unsubscribe: <https://patchwork.example.org/mail/>\r\n')
  expect(await compose({ kind: 'confirmation' })).not.toContain('List-Unsubscribe')
})

it('encodes what is not ASCII, and long lines', async () => {
  const subject = 'Grüße an 李 – ✓ '.repeat(12).trim()
  const raw = await compose({ subject, body: `${'ü'.repeat(2000)}\nзмінено\n` })
  expect(raw).toMatch(/^[\r\n\x20-\x7e]*$/)
  expect(Math.max(...raw.split('\r\n').map(({ length }) => length))).toBeLessThanOrEqual(78)
  const parsed = parseMail(Buffer.from(raw, 'latin1'))
  expect(JSON.stringify(parsed)).toContain('змінено')
})

it('lets no line of a header begin by what stands in it', async () => {
  const raw = await compose({ subject: 'One\r\nBcc: eve@example.org\r\n\r\nbody\0' })
  const head = raw.slice(0, raw.indexOf('\r\n\r\n'))
  expect(head).not.toMatch(/^bcc:/im)
  expect(head).toMatch(/^Subject: /m)
})

it('keeps lines that look like the end of a mail within it', async () => {
  const { raw } = await composeMail({ ...MAIL, body: 'before\n.\nFrom nobody\nafter\n' }, CONFIG)
  expect(raw.toString()).toContain('after')
})
