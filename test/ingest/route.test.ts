import { expect, it } from 'vitest'
import { insertProject } from '../../src/domain/projects/updates.js'
import { routeMail } from '../../src/ingest/route.js'
import { parseMail } from '../../src/mail/parse.js'
import { describeOnEach } from '../support/database.js'

const LIST = 'boats.example.org'

describeOnEach('the project of a mail', (fixture) => {
  const add = (name: string, list: string, match = '') =>
    insertProject(fixture.db, {
      link_name: name,
      name,
      list_id: list,
      list_email: `${name}@example.org`,
      subject_match: match,
    })
  const route = async (headers: string, listId?: string) =>
    (await routeMail(fixture.db, parseMail(Buffer.from(`${headers}\n\nx`)), listId))?.link_name

  it('is that of its list headers, the most trusted first', async () => {
    await add('boats', LIST)
    await add('ropes', 'ropes.example.org')
    expect(await route(`List-Id: Boats <${LIST}>`)).toBe('boats')
    expect(await route(`X-Mailing-List: ${LIST}`)).toBe('boats')
    expect(await route(`X-list: ${LIST}`)).toBe('boats')
    expect(await route(`X-list: ${LIST}\nList-Id: <ropes.example.org>`)).toBe('ropes')
    expect(await route(`X-list: ${LIST}\nList-Id: <other.example.org>`)).toBe('boats')
    expect(await route('List-Id: <other.example.org>')).toBeUndefined()
    expect(await route('Subject: x')).toBeUndefined()
  })

  it('is that of any of its list headers, whatever the case', async () => {
    await add('boats', 'Boats.example.org')
    expect(await route('List-Id: <BOATS.EXAMPLE.ORG>')).toBe('boats')
    expect(await route('List-Id: <other.example.org>\nList-Id: Boats (boats.example.org)')).toBe('boats')
    expect(await route('Subject: x', 'boats.EXAMPLE.org')).toBe('boats')
  })

  it('is that of the list it is known to come from, whatever its headers say', async () => {
    await add('boats', LIST)
    await add('ropes', 'ropes.example.org')
    expect(await route('List-Id: <ropes.example.org>', LIST)).toBe('boats')
    expect(await route(`List-Id: <${LIST}>`, 'unknown.example.org')).toBeUndefined()
  })

  it('is the first whose pattern matches, else the one without', async () => {
    await add('all', LIST)
    await add('sails', LIST, '\\bsails?\\b')
    await add('oars', LIST, 'oars')
    const ask = (subject: string) => route(`List-Id: <${LIST}>\nSubject: ${subject}`)
    expect(await ask('[PATCH] a sail')).toBe('sails')
    expect(await ask('[PATCH] oars and sails')).toBe('sails')
    expect(await ask('[PATCH] oars')).toBe('oars')
    expect(await ask('[PATCH] a hull')).toBe('all')
  })
})
