import { describe, expect, it } from 'vitest'
import { pullUrl } from '../../src/mail/pull-request.js'

const request = (address: string) =>
  `Hi,\n\nThe following changes since commit 1:\n\n  x (2026)\n\nare available in the git repository at:\n${address}`

describe('pullUrl', () => {
  it.each([
    ['\n  git://x.org/a.git tags/one\n\nfor you to fetch', 'git://x.org/a.git tags/one'],
    ['  https://x.org/~u/a.git for-next  \n', 'https://x.org/~u/a.git for-next'],
    ['\n  ssh://git@x.org:22/a.git\n\nfor you to fetch', 'ssh://git@x.org:22/a.git'],
    ['\n  git@x.org:a/b.git main', 'git@x.org:a/b.git main'],
    ['  https://x.org/~u/a-2.0+git refs/heads/next', 'https://x.org/~u/a-2.0+git refs/heads/next'],
    ['  https://x.org/a%20b#c topic/a+b#1', 'https://x.org/a%20b#c topic/a+b#1'],
    ['  x.org:a.git next', 'x.org:a.git next'],
    ['  host:/srv/a.git next', 'host:/srv/a.git next'],
    ['  me@x.org:~me/a.git next', 'me@x.org:~me/a.git next'],
    ['  ssh://git@x.org/~me/a+b.git next', 'ssh://git@x.org/~me/a+b.git next'],
    ['  /srv/git/a.git next', '/srv/git/a.git next'],
    ['  ../a.git next', '../a.git next'],
    ['  file:///srv/git/a.git next', 'file:///srv/git/a.git next'],
    ['\n\n  git://x.org/a.git\n  tags/wrapped\n\nfor', 'git://x.org/a.git tags/wrapped'],
    ['\n  ~me/a.git next', '~me/a.git next'],
    ['\n  ~/a.git next', '~/a.git next'],
    ['\n  [::1]:a.git next', '[::1]:a.git next'],
    ['\n  me@[2001:db8::1]:~me/a.git next', 'me@[2001:db8::1]:~me/a.git next'],
    ['\n  https://[2001:db8::1]:8443/a.git next', 'https://[2001:db8::1]:8443/a.git next'],
    ['\n  <https://x.org/a.git> next', 'https://x.org/a.git next'],
    ['\n  "https://x.org/a.git" next', 'https://x.org/a.git next'],
    ["\n  'x.org:a.git' next", 'x.org:a.git next'],
    ['\n  <https://x.org/a.git>\n\nfor you to fetch', 'https://x.org/a.git'],
    ['\n  https://x.org/a.git \\\n    next\n', 'https://x.org/a.git next'],
    ['\n  https://x.org/a.git tags/one \\\n\nfor you to fetch', 'https://x.org/a.git tags/one'],
    ['\n  https://x.org/a.git (next)\n', 'https://x.org/a.git next'],
    ['\n  https://x.org/a.git branch next\n', 'https://x.org/a.git next'],
    ['\n  https://x.org/a.git, branch next\n', 'https://x.org/a.git next'],
    ['\n  team/a.git next\n', 'team/a.git next'],
  ])('%j', (address, expected) => expect(pullUrl(request(address))).toBe(expected))

  it.each([
    ['wrapped by format=flowed', (text: string) => text.replace('in the git', 'in the git \n')],
    ['wrapped at another place', (text: string) => text.replace('in the git', 'in the\ngit')],
    ['since a tag', (text: string) => text.replace('since commit', 'since tag')],
    ['indented', (text: string) => text.replace(/^(?=\S)/gm, '  ')],
  ])('%s', (_, change) => {
    expect(pullUrl(change(request('  https://x.org/a.git next\n')))).toBe('https://x.org/a.git next')
  })

  it('beside the announcement', () => {
    const text = request('')
      .replace('are available', 'which are available')
      .replace('at:\n', 'at https://x.org/a.git next\n')
    expect(pullUrl(text)).toBe('https://x.org/a.git next')
  })

  it.each([
    ['no address', request('\n  nowhere at all\n')],
    ['words behind the address', request('\n  git://x.org/a.git one two three\n')],
    ['no opening', 'are available in the git repository at:\n  git://x.org/a.git main\n'],
    [
      'the wrong order',
      'are available in the git repository at:\n  git://x.org/a\n\nThe following changes since commit 1',
    ],
    ['a quoted request', request('\n  git://x.org/a.git main').replaceAll('\n', '\n> ')],
    ['an address that is not closed', request('\n  <https://x.org/a.git next')],
    ['nothing', ''],
  ])('finds none: %s', (_, content) => expect(pullUrl(content)).toBeUndefined())

  it('whatever the case, and the last of several', () => {
    const both = `${request('\n  git://x.org/a main\n\n')}${request('\n  git://x.org/b main\n').toUpperCase()}`
    expect(pullUrl(both)).toBe('GIT://X.ORG/B MAIN')
  })
})
