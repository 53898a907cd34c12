import { expect, it } from 'vitest'
import { updateProject } from '../../../src/domain/projects/updates.js'
import { DIFF } from '../../support/mail.js'
import { describePages } from '../support.js'

const PROJECT = '/project/lamps'

describePages('addresses of old', (pages) => {
  async function locationOf(url: string): Promise<unknown> {
    const { status, headers } = await pages.get(url)
    return status === 302 ? headers.location : status
  }

  it('lead by number to patches and covers, which once shared their numbers', async () => {
    await pages.post({ id: 'a@x', subject: '[PATCH 0/1] one', body: 'Why.\n' })
    await pages.post({ id: 'b@x', subject: '[PATCH 0/2] two', body: 'Why.\n' })
    await pages.post({ id: 'c@x', subject: '[PATCH] three' })
    expect(await locationOf('/cover/1/')).toBe(`${PROJECT}/cover/a@x/`)
    expect(await locationOf('/patch/1/')).toBe(`${PROJECT}/patch/c@x/`)
    expect(await locationOf('/patch/2/')).toBe(`${PROJECT}/cover/b@x/`)
    expect(await locationOf('/patch/1/mbox/?series=*')).toBe(`${PROJECT}/patch/c@x/mbox/?series=*`)
    expect(await locationOf('/patch/1/raw/')).toBe(`${PROJECT}/patch/c@x/raw/`)
    expect(await locationOf('/patch/3/')).toBe(404)
    expect(await locationOf('/patch/x/')).toBe(404)
  })

  it('lead by the number of a comment to its place, on a patch rather than on a cover', async () => {
    await pages.post({ id: 'a@x', subject: '[PATCH 0/1] one', body: 'Why.\n' })
    await pages.post({ id: 'c@x', subject: '[PATCH] three' })
    const answer = { body: 'Good.\n' }
    await pages.post({ ...answer, id: 'd@x', subject: 'Re: [PATCH 0/1] one', inReplyTo: 'a@x' })
    await pages.post({ ...answer, id: 'e@x', subject: 'Re: [PATCH 0/1] one', inReplyTo: 'a@x' })
    await pages.post({ ...answer, id: 'f@x', subject: 'Re: [PATCH] three', inReplyTo: 'c@x' })
    expect(await locationOf('/comment/1/')).toBe(`${PROJECT}/patch/c@x/#1`)
    expect(await locationOf('/comment/2/')).toBe(`${PROJECT}/cover/a@x/#2`)
    expect(await locationOf('/comment/3/')).toBe(404)
    expect((await pages.get(`${PROJECT}/cover/a@x/`)).body).toContain('id="2"')
  })

  it('give out a slash of a message id encoded twice, and understand it encoded once', async () => {
    await pages.post({ id: 'a/b+c~d@x', subject: '[PATCH] slashes' })
    const path = `${PROJECT}/patch/a%252Fb+c~d@x/`
    expect(await locationOf('/patch/1/')).toBe(path)
    for (const each of [path, path.replace('%252F', '%2F')]) {
      const { status, body } = await pages.get(each)
      expect(status).toBe(200)
      expect(body).toContain('<h1>')
    }
  })
})

describePages('what a series hangs together with', (pages) => {
  it('is shown on the pages of its patches where the project wants it, and nowhere else', async () => {
    await pages.post({ id: 'a@x', subject: '[PATCH] first' })
    const body = `Light.\n\nDepends-on: <a@x>\n---\n${DIFF}`
    await pages.post({ id: 'b@x', subject: '[PATCH] second', body })
    const show = async (id: string) => (await pages.get(`${PROJECT}/patch/${id}/`)).body
    expect(await show('b@x')).toContain('Depends on')
    expect(await show('a@x')).toContain('Needed by')
    await updateProject(pages.db, 1, { show_dependencies: false })
    expect(await show('b@x')).not.toContain('Depends on')
    expect(await show('a@x')).not.toContain('Needed by')
  })
})
