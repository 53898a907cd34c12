import { expect, it } from 'vitest'
import { html } from '../../../src/web/framework/html.js'

it('escapes what comes in, but not what templates made', () => {
  const part = html`<b title="${'"\'<>&'}">${'<i>'}</b>`
  expect(String(html`<p>${part}${[part, html`${7}`]}${undefined}${false}</p>`)).toBe(
    '<p><b title="&quot;&#39;&lt;&gt;&amp;">&lt;i&gt;</b><b title="&quot;&#39;&lt;&gt;&amp;">&lt;i&gt;</b>7</p>',
  )
})
