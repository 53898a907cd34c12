import { expect, it } from 'vitest'
import { findNamedProject } from '../../../src/domain/projects/queries.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { describeOnEach } from '../../support/database.js'

describeOnEach('a project that a text names', (fixture) => {
  const add = (link_name: string) =>
    insertProject(fixture.db, {
      link_name,
      name: link_name,
      list_id: `${link_name}.example.org`,
      list_email: 'list@example.org',
    })

  const find = async (text: string) => (await findNamedProject(fixture.db, text))?.id

  it('is found by number before a link name, and by link name in any case', async () => {
    const [first, second, third] = [await add('Lamps'), await add('1'), await add('2024')]
    expect(await find('lAMPS')).toBe(first)
    expect(await find('1')).toBe(first)
    expect(await find('02')).toBe(second)
    expect(await find('2024')).toBe(third)
    expect(await find('lamp')).toBeUndefined()
    expect(await find('')).toBeUndefined()
  })
})
