import { expect, it } from 'vitest'
import { describePages } from './support.js'

describePages('fields that are not plain', (pages) => {
  it('are explained where they are', async () => {
    await pages.post({ id: '1@x' })
    const list = (await pages.get('/project/lamps/list/', 'mira')).body
    expect(list).toContain('that still need action.')
    expect(list).toContain('<label title="Hidden from lists by default, in any state">Archived:')
    const patch = (await pages.get('/project/lamps/patch/1@x/', 'mira')).body
    expect(patch).toContain('<a href="/about/contributors/#states">What the states mean</a>')
    expect(patch).toContain('<label title="Who handles it">Delegate')
    const profile = (await pages.get('/user/', 'mira')).body
    expect(profile).toContain('<a href="/about/maintainers/#clients">How to set them up</a>')
    expect(profile).toContain('Rows of a list')
  })
})
