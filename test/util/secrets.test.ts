import { describe, expect, it } from 'vitest'
import { hideSecrets } from '../../src/util/secrets.js'
import { expectLinear } from '../support/linear.js'

describe('passwords in addresses', () => {
  it.each([
    ['postgres://pw:secret@db.example.org/pw', 'postgres://pw:***@db.example.org/pw'],
    ['postgres://pw:se@cr:et@db/pw', 'postgres://pw:***@db/pw'],
    ['postgres://pw:p@ss/w?rd@db/pw', 'postgres://pw:***@db/pw'],
    ['postgres://pw:a/b@db/pw', 'postgres://pw:***@db/pw'],
    ['postgres://pw:a#b@db/pw', 'postgres://pw:***@db/pw'],
    ['postgres://pw:12/34@db/pw', 'postgres://pw:***@db/pw'],
    ['postgres://:secret@db/pw', 'postgres://:***@db/pw'],
    ['POSTGRES://pw:secret@db/pw', 'POSTGRES://pw:***@db/pw'],
    [
      'postgres://db/pw?user=pw&password=secret&sslmode=require',
      'postgres://db/pw?user=pw&password=***&sslmode=require',
    ],
    ['postgres://pw@db/pw?sslpassword=a@b&sslkey=/etc/k', 'postgres://pw@db/pw?sslpassword=***&sslkey=***'],
    ['postgres://db/pw?pass%77ord=secret', 'postgres://db/pw?pass%77ord=***'],
    ["host=db password='a b' user=pw", 'host=db password=*** user=pw'],
    [
      'smtp://post@example.org:s@cret@mail:587?tls=required',
      'smtp://post@example.org:***@mail:587?tls=required',
    ],
    ['imaps://ann%40x:p%40ss@imap.example.org/INBOX', 'imaps://ann%40x:***@imap.example.org/INBOX'],
    ['https://ghp_token@git.example.org/a', 'https://***@git.example.org/a'],
    ['https://ghp_token:@git.example.org/a', 'https://***@git.example.org/a'],
    ['https://ghp_token:x-oauth-basic@git.example.org/a', 'https://***@git.example.org/a'],
    ['git+https://a:b@git.example.org/a', 'git+https://a:***@git.example.org/a'],
    ['https://lists.example.org/a?access_token=abc&x=1', 'https://lists.example.org/a?access_token=***&x=1'],
    ['https://a:b@x/1,https://c:d@y/2', 'https://a:***@x/1,https://c:***@y/2'],
    [
      "fatal: unable to access 'https://a:p@ss@x.example/r/': Could not resolve host",
      "fatal: unable to access 'https://a:***@x.example/r/': Could not resolve host",
    ],
    ['Authorization: Basic YTpi', 'Authorization: Basic ***'],
  ])('hides %s', (text, shown) => {
    expect(hideSecrets(text)).toBe(shown)
    expect(hideSecrets(shown)).toBe(shown)
  })

  it.each([
    'https://lore.example.org/list/20261128.1234@host.example/',
    'http://localhost:8000/patch/20261128.1234@host.example/',
    'http://[::1]:8000/a@b',
    'postgres://pw@db.example.org/pw?sslmode=require',
    'postgres:///pw?host=/run/postgresql',
    'postgres://USER:PASSWORD@HOST/NAME',
    'ssh://git@git.example.org/a',
    'sqlite:data/patchwork.db',
    'Patchwork <patchwork@example.org>',
    'https://pw.example.org/?q=a=b&author=ann@example.org',
  ])('leaves %s as it is', (text) => {
    expect(hideSecrets(text)).toBe(text)
  })

  it.each([
    ['addresses', 'a://'],
    ['users', 'x://u:p@'],
    ['parameters', 'token='],
    ['names', 'a='],
    ['schemes', 'http'],
    ['separated addresses', ',a://b'],
  ])('takes linear time for many %s', async (_, unit) => {
    await expectLinear((count) => hideSecrets(unit.repeat(count)), { size: 20_000 })
  })
})
