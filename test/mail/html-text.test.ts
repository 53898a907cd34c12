import { describe, expect, it } from 'vitest'
import { htmlToText } from '../../src/mail/html-text.js'
import { expectLinear } from '../support/linear.js'

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
    async (piece) => {
      await expectLinear((size) => htmlToText(piece.repeat(size / piece.length)), { size: 1 << 17 })
    },
  )

  it.each([
    ['a < within a script', '<script>if (a<b) c()</script>x', 'x'],
    ['a > within an attribute', '<a title="a>b">x</a>', 'x'],
    ['the cells of a table', '<table><tr><td>a</td><td>b</td></tr></table>', 'a b\n\n'],
    ['a table in a cell', '<table><tr><td><table><tr><td>a<td>b</table><td>c</table>', 'a b\n\nc\n\n'],
    ['a line break behind <pre>', '<pre>\na\n  b</pre>', 'a\n  b\n\n'],
    ['elements that are lines', '<center>a</center>b<address>c</address>d', 'a\nb\nc\nd'],
    ['what a frame would show', '<iframe src="x">a</iframe>b', 'b'],
    ['markup in a text field', '<textarea>a<b></textarea>c', 'a<b>c'],
    ['a script that does not end', 'a<script>b', 'a'],
  ])('reads %s', (_, html, text) => expect(htmlToText(html)).toBe(text))

  it.each(['<', '<a ', '<a "<a "', '<a ""', '<a \'"', '<script>', '<textarea><', '<td>', '<a b="'])(
    'takes linear time for many of %j',
    async (piece) => {
      await expectLinear((count) => htmlToText(piece.repeat(count)), { size: 10_000 })
    },
  )
})
