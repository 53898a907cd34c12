import { expect, it } from 'vitest'
import { describePages } from './support.js'

describePages('completion', (pages) => {
  it('offers people by name and address, and maintainers alone as delegates', async () => {
    const offered = async (url: string) => JSON.parse((await pages.get(url)).body)
    await pages.post({ id: '1@x', from: 'Åsa 100% <asa@example.org>' })
    const asa = { pk: 2, name: 'Åsa 100%', email: 'asa@example.org' }
    expect(await offered('/submitter/?q=ASA@')).toEqual([asa])
    expect(await offered('/submitter/?q=00%25')).toEqual([asa])
    expect(await offered('/submitter/?q=as')).toEqual([])
    expect(await offered('/submitter/?q=asa&l=x')).toEqual([])
    expect(await offered('/submitter/?q=example&l=1')).toHaveLength(1)
    expect(await offered(`/submitter/?q=${'a'.repeat(1000)}`)).toEqual([])
    expect(await offered('/delegate/?q=mir')).toEqual([{ pk: 1, name: 'mira' }])
    expect(await offered('/delegate/?q=una')).toEqual([])
  })
})
