import { describe, expect, it } from 'vitest'
import { htmlToText } from '../../src/mail/html-text.js'

describe('htmlToText', () => {
  it.each([
    ['<p>One</p><p>Two</p>', 'One\n\nTwo\n\n'],
    ['<div>One</div><div>Two<br>Three</div>', 'One\nTwo\nThree\n'],
    ['a &lt;b&gt; &amp; &uuml;&#8364;&nbsp;c', 'a <b> & ü€ c'],
    ['<style>p {}</style><script>alert("<p>")</script>Words', 'Words'],
    ['<blockquote>Quoted<br>twice</blockquote>Answer', '> Quoted\n> twice\n\nAnswer'],
    ['<pre>  a\n   b</pre>', '  a\n   b\n\n'],
    ['One\n  two', 'One two'],
    ['if a < b', 'if a < b'],
    ['<!-- hidden <p> -->shown', 'shown'],
    ['<p', '<p'],
    ['', ''],
  ])('of %j is %j', (html, text) => {
    expect(htmlToText(html)).toBe(text)
  })

  it.each(['<', '<p>', '<blockquote>', '<!--', '&', '</pre><pre>', '<x'])(
    'takes time in proportion to the size of a page of %j',
    (piece) => {
      const measure = (size: number) => {
        const html = piece.repeat(size / piece.length)
        const start = process.cpuUsage()
        htmlToText(html)
        const { user, system } = process.cpuUsage(start)
        return user + system
      }
      measure(1 << 14)
      expect(measure(1 << 20)).toBeLessThan(40 * measure(1 << 17) + 100_000)
    },
  )
})
