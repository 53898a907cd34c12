import { expect, it } from 'vitest'
import { linkPerson, upsertPerson } from '../../../src/domain/people/updates.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { describePages } from '../support.js'

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

  it('tells the addresses of accounts to those alone who may see accounts', async () => {
    const { id } = await getUser(pages.db, 'una')
    await linkPerson(pages.db, await upsertPerson(pages.db, { email: 'una@secret.example', name: 'Una' }), id)
    for (const url of [
      '/delegate/?q=mira@lant',
      '/delegate/?q=lanterna',
      '/submitter/?q=secret',
      '/submitter/?q=una',
    ]) {
      expect(JSON.parse((await pages.get(url)).body), url).toEqual([])
      const offers = JSON.parse((await pages.get(url, 'ola')).body) as unknown[]
      expect(offers, url).toHaveLength(1)
    }
    const nameless = await upsertPerson(pages.db, { email: 'x@secret.example', name: undefined })
    const list = (await pages.get(`/project/lamps/list/?submitter=${nameless}`)).body
    expect(list).not.toContain('secret')
    expect(list).toContain(`${nameless} (unknown)`)
  })
})
