import { expect, it } from 'vitest'
import { describePages, type Pages, worldWith } from '../support.js'

const PAGE = '/project/lamps/suggestions/'

/** Each work has a second version, by which the rule suggests to supersede the first. */
const WORKS = 27

async function postWorks({ post }: Pick<Pages, 'post'>): Promise<void> {
  for (let work = 0; work < WORKS; work++)
    for (const version of [1, 2])
      await post({
        from: 'Ola Nordlys <ola@lanterna.example.org>',
        id: `${work}.${version}@x`,
        subject: `[PATCH v${version}] work ${work}`,
        date: `Mon, 0${4 + version} Oct 2026 10:${10 + work}:00 +0000`,
      })
}

/** The patches that a page names, without their prefixes. */
function namesIn(body: string): (string | undefined)[] {
  return [...body.matchAll(/<bdi>(?:\[\w+\] )?(work \d+)<\/bdi>/g)].map(([, name]) => name)
}

const WORLD = worldWith('with suggestions', postWorks)

describePages(
  'the page of all suggestions',
  (pages) => {
    it('names the patches of each, the newest first, on as many pages as there are', async () => {
      const { body } = await pages.get(PAGE)
      const names = namesIn(body)
      expect(names).toHaveLength(25)
      expect(names[0]).toBe('work 26')
      const { body: rest } = await pages.get(`${PAGE}?page=2`)
      expect(namesIn(rest)).toEqual(['work 1', 'work 0'])
      expect((await pages.get(`${PAGE}?page=3`)).body).toContain('This page has none.')
    })

    it('has buttons for maintainers only, which lead back to it', async () => {
      expect((await pages.get(PAGE, 'una')).body).not.toContain('/apply/')
      const { body } = await pages.get(PAGE, 'mira')
      const [, action = ''] = /action="(\/suggestion\/\d+\/apply\/)"/.exec(body) ?? []
      expect(body).toContain(`<input type="hidden" name="next" value="${PAGE}"`)
      const { body: after } = await pages.sendAndFollow(action, { next: PAGE }, 'mira')
      expect(after).toContain('Changed: 1 patch.')
      expect(after).not.toContain('work 26')
    })

    it('is linked from the lists of its maintainers, with the number of suggestions', async () => {
      for (const view of ['patches', 'series']) {
        const list = `/project/lamps/list/?view=${view}`
        expect((await pages.get(list, 'mira')).body).toContain(`<a href="${PAGE}">27 suggestions</a>`)
        expect((await pages.get(list, 'una')).body).not.toContain(PAGE)
      }
    })
  },
  'test',
  undefined,
  WORLD,
)

describePages('the page of suggestions of a project without any', (pages) => {
  it('says that there are none, and no list links to it', async () => {
    expect((await pages.get(PAGE)).body).toContain('There are none.')
    expect((await pages.get('/project/lamps/list/', 'mira')).body).not.toContain(PAGE)
  })
})
