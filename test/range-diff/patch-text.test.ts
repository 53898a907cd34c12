import { describe, expect, it } from 'vitest'
import { toPatchText } from '../../src/range-diff/patch-text.js'

const file = (name: string) =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -1 +1 @@\n-a\n+b\n`

describe('the text of a patch', () => {
  it('has its files in the order of git, whatever order the sender chose', () => {
    const names = ['b.h', 'b/z.c', 'b-a.c', '\u{1f4a1}.c', '\uff21.c', 'B.c', 'a.c']
    const diff = names.map(file).join('')
    const { lines } = toPatchText({ author: 'Ola <o@x>', subject: 's', message: '', diff })
    const headings = lines.flatMap((line) => /^ ## (.*\.[ch]) ##$/.exec(line)?.[1] ?? [])
    expect(headings).toEqual(['B.c', 'a.c', 'b-a.c', 'b.h', 'b/z.c', '\uff21.c', '\u{1f4a1}.c'])
    expect(lines.filter((line) => line === '+b')).toHaveLength(names.length)
  })

  it('has no quoting of an archive in its message', () => {
    const message = 'This is\n>From 1234 of the list,\n>>From twice, >From within\n> From a reply'
    const { lines } = toPatchText({ author: 'Ola <o@x>', subject: 's', message, diff: file('a.c') })
    expect(lines.slice(6, 10)).toEqual([
      '    This is',
      '    From 1234 of the list,',
      '    >From twice, >From within',
      '    > From a reply',
    ])
  })
})
