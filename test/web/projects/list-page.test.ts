import { expect, it } from 'vitest'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { statementsOf, stopClock } from '../../support/statements.js'
import { describePages } from '../support.js'

stopClock()

describePages('the list of projects', (pages) => {
  it('asks as many statements for fifty projects as for two, and one for what is open in all', async () => {
    const { db, get, post } = pages
    const add = (number: number) =>
      insertProject(db, {
        link_name: `p${number}`,
        name: `P ${number}`,
        list_id: `p${number}.example.org`,
        list_email: 'p@x',
      })
    const ask = async () => {
      await get('/')
      return await statementsOf(() => get('/'))
    }
    await post({ id: '1@x' })
    await add(1)
    const few = await ask()
    for (let number = 2; number < 50; number++) await add(number)
    const many = await ask()
    // What took long to count is remembered for a while.
    expect(many.length).toBeLessThanOrEqual(few.length + 1)
    expect(many.filter((statement) => /\bfrom\W+patches\b/.test(statement)).length).toBeLessThanOrEqual(1)
    const { body } = await get('/')
    expect(body.match(/to act on/g)).toHaveLength(50)
    expect(body).toContain('1 patch to act on')
  })
})
