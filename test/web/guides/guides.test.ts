import { expect, it } from 'vitest'
import { GUIDE_PATHS, readGuides, renderGuide } from '../../../src/web/guides/guides.js'

it('are those for contributors, for maintainers and of the API', () => {
  expect(readGuides()().map(({ path, title }) => [path, title])).toEqual([
    ['/about/contributors/', 'Guide for contributors'],
    ['/about/from-v1-to-merged/', 'From v1 to merged'],
    ['/about/maintainers/', 'Guide for maintainers'],
    ['/about/api/', 'The REST API'],
    ['/about/bots/', 'Bots'],
  ])
  expect(readGuides()().map(({ path }) => path)).toEqual(GUIDE_PATHS)
})

it('have headings that links lead to, and name their chapters', () => {
  const { html, chapters, title } = renderGuide('x', '# All of `it`\n\n## Events: what_s up\n\n### Part\n')
  expect(title).toBe('All of it')
  expect(chapters).toEqual([{ id: 'events-what_s-up', title: 'Events: what_s up' }])
  expect(html).toBe(
    '<h1>All of <code>it</code></h1>\n<h2 id="events-what_s-up">Events: what_s up</h2>\n<h3 id="part">Part</h3>\n',
  )
})

it('lead to each other as pages, and elsewhere as written', () => {
  const { html } = renderGuide(
    'x',
    '[a](maintainers.md#checks) [b](/user/) [c](https://x.example.org/y.md) [d](#e)',
  )
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
    '/about/maintainers/#checks',
    '/user/',
    'https://x.example.org/y.md',
    '#e',
  ])
})

it('have no markup but that of Markdown', () => {
  const { html } = renderGuide(
    'x"><b>',
    '# <b>x</b>\n\n<script>alert(1)</script>\n\n[l](javascript:alert(1))\n\n```\n<i>&\n```\n\n    <i>\n',
  )
  expect(html).not.toMatch(/<(?:b|script|i|a)\b/)
  expect(html).toContain(
    '<pre tabindex="0"><code>&lt;i&gt;&amp;\n</code></pre>\n<pre tabindex="0"><code>&lt;i&gt;\n</code></pre>',
  )
})
