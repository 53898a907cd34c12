import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { expect, it } from 'vitest'
import { Code } from '../../../src/web/ui/code.js'

const render = (text: string) => renderToString(h(Code, { text }))

it('leaves plain code as it is', () => {
  expect(render('\tif (a < b && "ü")')).toBe('\tif (a &lt; b &amp;&amp; &quot;ü&quot;)')
})

it('shows what would turn code round, and what nobody sees', () => {
  expect(render('a\u202eb\u2066c')).toBe(
    'a<span class="mark" title="U+202E">U+202E</span>b<span class="mark" title="U+2066">U+2066</span>c',
  )
  expect(render('\u001b[31m\r')).toBe(
    '<span class="mark" title="U+001B">␛</span>[31m<span class="mark" title="U+000D">␍</span>',
  )
  expect(render('a\u200bb')).toContain('U+200B')
})
