import { expect, it } from 'vitest'
import { PROJECT_RULES } from '../../../src/domain/projects/rules.js'

const { link_name, list_id, list_email, subject_match, web_url, scm_url, list_archive_url_format } =
  PROJECT_RULES

it.each([
  [link_name, ['lamps', 'a.b-c_d', '.x', 'x..'], ['', '.', '..', '...', 'a/b', 'a b', 'ä', '%2e', 'a\n']],
  [list_id, ['lamps.example.org', 'x'], ['', 'a b', '<lamps>', 'a\tb', 'a\u0000b']],
  [list_email, ['a@b.org'], ['', 'x', 'a@', '@b', 'a@b, c@d', 'a b@c', 'a@b\r\nBcc: c@d', '<a@b>']],
  [
    subject_match,
    ['', 'lamp', '^\\[lamps\\]', 'a|b'],
    ['(', '[', '\\', '(?<=x)', '*', 'a\\Q', '(a))(b', '(?i'],
  ],
  [
    web_url,
    ['', 'https://x.org/', 'HTTP://x'],
    ['javascript:alert(1)', 'x.org', 'ftp://x', 'https://', 'https://a b', ' https://x\ny'],
  ],
  [scm_url, ['', 'git://x/y', 'git@x:y', '/srv/git', 'ssh://x'], ['javascript:x', 'DATA:x', 'a b']],
  [
    list_archive_url_format,
    ['', 'https://x.org/{}', 'https://x.org/?q={}'],
    ['https://x.org/', 'javascript:alert("{}")', '{}', 'data:text/html,{}', 'https://[{}'],
  ],
] as const)('takes what makes sense alone', (rule, good, bad) => {
  for (const text of good) expect(rule(text), text).toBeUndefined()
  for (const text of bad) expect(rule(text), JSON.stringify(text)).toMatch(/^.+\.$/)
})

it('has limits that count characters', () => {
  expect(PROJECT_RULES.name('🏮'.repeat(255))).toBeUndefined()
  expect(PROJECT_RULES.name('🏮'.repeat(256))).toBe('This is longer than 255 characters.')
  expect(PROJECT_RULES.name('x'.repeat(10_000_000))).toBe('This is longer than 255 characters.')
})
