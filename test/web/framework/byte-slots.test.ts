import { h } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, it } from 'vitest'
import { ByteSlots } from '../../../src/web/framework/byte-slots.js'

const bytes = (...texts: string[]) => texts.map((text) => Buffer.from(text))

describe('parts of a page that are there as bytes', () => {
  it('stand where the page has them, whatever the order in which they were added', () => {
    const slots = new ByteSlots()
    const [second, first, unused] = [slots.add(bytes('<i>ö</i>', '2')), slots.add(bytes('1')), slots.add([])]
    const page = renderToString(h('p', null, 'ä', first, ' – ', second, first))
    expect(String(slots.fill(page))).toBe('<p>ä1 – <i>ö</i>21</p>')
    expect(String(slots.fill(renderToString(h('p', null, unused))))).toBe('<p></p>')
  })

  it('cannot be named by a text or an attribute of a stranger', () => {
    const slots = new ByteSlots()
    slots.add(bytes('secret'))
    const page = renderToString(h('p', { title: '<slot 0>' }, '<slot 0>'))
    expect(String(slots.fill(page))).toBe('<p title="&lt;slot 0>">&lt;slot 0></p>')
  })

  it('leave a page without any as it is', () => {
    expect(new ByteSlots().fill('<p></p>')).toBe('<p></p>')
  })
})
