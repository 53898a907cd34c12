import { expect, it } from 'vitest'
import { isMailAddress, parseImap, parseMailbox, parseMailTransport } from '../../src/config/mail-settings.js'

it.each(['ann@example.org', "o'neil+list@mail.example.org", 'jürgen@müller.example', 'patchwork@localhost'])(
  'takes %s for an address',
  (text) => expect(isMailAddress(text)).toBe(true),
)

it.each([
  '',
  'ann',
  '@example.org',
  'ann@',
  'ann@@example.org',
  'a@b@c',
  'ann@example.org, joe@example.org',
  'ann@example.org\nBcc: x@y',
  'ann smith@example.org',
  '"a b"@example.org',
  '<ann@example.org>',
  'ann@.example.org',
  'ann@exa..mple.org',
  '.ann@example.org',
  `ann@${'x'.repeat(300)}`,
  'ann@example.org\u202E',
])('takes %j for none', (text) => expect(isMailAddress(text)).toBe(false))

it('reads senders', () => {
  expect(parseMailbox('a@b')).toEqual({ name: '', address: 'a@b' })
  expect(parseMailbox('"Patch Work" <a@b>')).toEqual({ name: 'Patch Work', address: 'a@b' })
  expect(parseMailbox('A <a@b>, <c@d>')).toBeUndefined()
  expect(parseMailbox('A\r\nB <a@b>')).toBeUndefined()
})

it('reads where mail goes, and what has to be hidden on the way', () => {
  expect(parseMailTransport('folder:data/out')).toEqual({ kind: 'folder', path: 'data/out' })
  expect(parseMailTransport('smtp://u%40x:p%3As@mail.example.org')).toEqual({
    kind: 'smtp',
    host: 'mail.example.org',
    port: 587,
    isSecure: false,
    user: 'u@x',
    password: 'p:s',
    tls: 'required',
  })
  expect(parseMailTransport('smtps://mail.example.org')).toMatchObject({ port: 465, isSecure: true })
  expect(parseMailTransport('smtp://localhost')).toMatchObject({ port: 25, tls: 'off', user: undefined })
  expect(parseMailTransport('smtp://[::1]:2525')).toMatchObject({ host: '::1', port: 2525, tls: 'off' })
  expect(parseMailTransport('smtp://mail.example.org')).toMatchObject({ tls: 'offered' })
  expect(parseMailTransport('smtp://mail.example.org?tls=unverified')).toMatchObject({ tls: 'unverified' })
  for (const text of ['', 'folder:', 'smtp://', 'mailto:a@b', 'smtp://a?tls=maybe', 'http://a'])
    expect(parseMailTransport(text)).toBeUndefined()
})

it('reads the folder that mail is fetched from, whose password goes out only over TLS', () => {
  expect(parseImap('imaps://list%40example.org:p%2Fw@imap.example.org/Lists/linux')).toEqual({
    host: 'imap.example.org',
    port: 993,
    isSecure: true,
    user: 'list@example.org',
    password: 'p/w',
    folder: 'Lists/linux',
    tls: 'required',
  })
  expect(parseImap('imap://u:p@imap.example.org')).toMatchObject({
    port: 143,
    folder: 'INBOX',
    tls: 'required',
  })
  expect(parseImap('imap://u:p@[::1]:1143/')).toMatchObject({
    host: '::1',
    port: 1143,
    folder: 'INBOX',
    tls: 'off',
  })
  expect(parseImap('imap://u:p@127.0.0.9')).toMatchObject({ tls: 'off' })
  // Four numbers alone are no address of this machine.
  expect(parseImap('imap://u:p@127.0.0.1.example.org')).toMatchObject({ tls: 'required' })
  expect(parseImap('imap://u:p@imap.example.org?tls=unverified')).toMatchObject({ tls: 'unverified' })
})

it.each([
  'imap.example.org',
  'https://u:p@imap.example.org',
  'imap://u@imap.example.org',
  'imap://:p@imap.example.org',
  'imap://u:p@imap.example.org?tls=maybe',
  'imaps://',
])('fetches no mail from %s', (text) => expect(parseImap(text)).toBeUndefined())
