import { describe, expect, it } from 'vitest'
import { colourDiff } from '../../../src/web/diff/colours.js'
import { parseDiff } from '../../../src/web/diff/parse.js'

/** The coloured lines of a diff, as `colour:text` where there is a colour. */
function coloured(text: string): string[] {
  return [...colourDiff(parseDiff(text), text.length).values()].map((tokens) =>
    tokens.map((token) => (token.colour ? `${token.colour}:${token.text}` : token.text)).join('|'),
  )
}

const diff = (name: string, lines: string[]) =>
  `--- a/${name}\n+++ b/${name}\n@@ -1,${lines.length} +1,${lines.length} @@\n${lines.join('\n')}\n`

describe('colourDiff', () => {
  it('colours code in the language of its file', () => {
    expect(coloured(diff('lamp.c', ['+\treturn 1; /* on */']))).toEqual([
      '\t|keyword:return| |number:1|; |comment:/* on */',
    ])
    expect(coloured(diff('lamp.unknown', ['+return 1;']))).toEqual([])
  })

  it('colours each side by itself: what was deleted opens no comment in what is new', () => {
    expect(coloured(diff('lamp.c', ['-/* gone', '+int a;', '-gone */']))).toEqual(
      expect.arrayContaining(['keyword:int| a;', 'comment:/* gone', 'comment:gone */']),
    )
  })

  it('changes no character of the code', () => {
    const lines = [
      '+#define A(x) \\',
      '+\t"a\\"b" /* <b> & */ // x',
      "-`${a}` '\\n' 0x1f",
      ' <a b="c">&amp;</a>',
      '+',
    ]
    for (const name of [
      'a.c',
      'a.js',
      'a.py',
      'a.sh',
      'a.html',
      'a.rs',
      'a.yaml',
      'Makefile',
      'a.pl',
      'a.php',
    ]) {
      const text = diff(name, lines)
      for (const [{ text: line, marks }, tokens] of colourDiff(parseDiff(text), text.length))
        expect(tokens.map((token) => token.text).join('')).toBe(line.slice(marks))
    }
  })

  it('makes no markup of anything', () => {
    expect(coloured(diff('x.html', ['+<b onclick="x">&lt;']))[0]).not.toMatch(/span|class|&amp;/)
  })

  it('leaves plain what is long', () => {
    expect(coloured(diff('lamp.c', [`+int ${'a'.repeat(400)};`, '+int b;']))).toEqual(['keyword:int| b;'])
    expect(coloured(diff('lamp.c', Array(10_000).fill('+int some_lamp;')))).toEqual([])
  })
})
