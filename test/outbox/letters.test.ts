import { expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.js'
import { composeMail } from '../../src/outbox/compose.js'
import { registrationLetter } from '../../src/outbox/letters.js'

it('have their link whole in one line, for a site with a name of usual length', async () => {
  const base = 'https://patchwork.example.org'
  const link = `${base}/confirm/${'0123456789abcdef'.repeat(2)}/`
  const letter = registrationLetter({ email: 'ann@example.net', base, link, username: 'x'.repeat(30) })
  const mail = {
    ...letter,
    id: 1,
    token: 'f',
    state: 'sending',
    created: '2026-10-05T12:00:00',
    due: null,
    finished: null,
    reason: null,
    attempts: 1,
  } as const
  const { raw } = await composeMail(mail, readConfig({}))
  expect(raw.toString()).toContain(`\r\n${link}\r\n`)
  expect(letter.body).toContain('within seven days')
})
