import { expect, it } from 'vitest'
import { findPatchesOfFile } from '../../../src/domain/patches/find.js'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { DIFF } from '../../support/mail.js'
import { describePages, ENVIRONMENT, type Pages, worldWith } from '../support.js'

const PATH = '/project/lamps/patch/p2@x/'

async function fill({ db, post }: Pick<Pages, 'db' | 'post'>): Promise<void> {
  await insertProject(db, {
    link_name: 'ropes',
    name: 'Ropes',
    list_id: 'ropes.example.org',
    list_email: 'ropes@example.org',
  })
  const thread = { inReplyTo: 'p0@x' }
  await post({ id: 'p0@x', subject: '[PATCH v2 0/2] lamp: dim all', body: 'Why.\n' })
  await post({ ...thread, id: 'p1@x', subject: '[PATCH v2 1/2] lamp: dim one' })
  await post({ ...thread, id: 'p2@x', subject: '[PATCH v2 2/2] lamp: dim two' })
  await post({ id: 'c1@x', subject: 'Re: [PATCH v2 2/2] lamp: dim two', inReplyTo: 'p2@x', body: 'Good.\n' })
  await post({ id: 'a/b@x', subject: '[PATCH] wick: with a slash', from: 'Faro Blix <faro@sea.example>' })
  const diff = DIFF.replaceAll(/([ab])\/\S+/g, '$1/dock/pier/rope.c')
  await post({ id: 'f@x', subject: '[PATCH] something else', body: `Text.\n---\n${diff}` })
}

const FILLED = worldWith('to be searched', fill)

describePages(
  'the search box',
  (pages) => {
    async function led(q: string, project = ''): Promise<unknown> {
      const { status, headers } = await pages.get(`/search/?${new URLSearchParams({ q, project })}`)
      return status === 302 ? headers.location : status
    }

    it.each([
      'p2@x',
      '<p2@x>',
      ' Message-ID: <p2@x> ',
      'https://lore.kernel.org/lamps/p2@x/',
      'https://lore.kernel.org/r/p2%40x/T/#u',
      'lore.kernel.org/all/p2@x/raw',
      'https://patch.msgid.link/p2@x',
      'https://marc.example/?i=p2@x',
      'https://archive.example/thread.html#p2@x',
      '[PATCH v2 2/2] lamp: dim two',
      'Re: [PATCH v2 2/2] lamp: dim two',
      'RE: Re: [PATCH v2 2/2] lamp:  dim two',
      '2',
      '#2',
      'dim two',
    ])('leads straight to the only hit: %s', async (q) => {
      expect(await led(q)).toBe(PATH)
      expect(await led(q, 'lamps')).toBe(PATH)
    })

    it('leads to covers, comments, ids with slashes, addresses of this site, files and people', async () => {
      expect(await led('<p0@x>')).toBe('/project/lamps/cover/p0@x/')
      expect(await led('[PATCH v2 0/2] lamp: dim all')).toBe('/project/lamps/cover/p0@x/')
      expect(await led('c1@x')).toBe(`${PATH}#1`)
      for (const id of ['a/b@x', 'https://lore.example/list/a%2Fb@x/', 'https://lore.example/list/a/b@x'])
        expect(await led(id)).toBe('/project/lamps/patch/a%252Fb@x/')
      expect(await led('https://pw.example.org/project/lamps/patch/p1@x/?page=2#3')).toBe(
        '/project/lamps/patch/p1@x/?page=2#3',
      )
      expect(await led('pw.example.org/series/1/')).toBe('/series/1/')
      for (const file of ['dock/pier/rope.c', 'rope.c', 'pier/rope.c', 'dock/', '/dock/pier/rope.c'])
        expect(await led(file), file).toBe('/project/lamps/patch/f@x/')
      for (const person of ['Faro', 'faro@sea.example', 'Faro Blix'])
        expect(await led(person)).toMatch(/^\/project\/lamps\/list\/\?submitter=\d+&state=\*&archive=both$/)
    })

    it('leads to the list of a project where several patches match', async () => {
      expect(await led('dim', 'ropes')).toBe(200)
      await pages.post({ id: 'w@x', subject: '[PATCH] wick: again' })
      expect(await led('wick', 'lamps')).toBe('/project/lamps/list/?state=*&q=wick&archive=both')
      const { body } = await pages.get('/search/?q=wick')
      expect(body).toContain('wick: with a slash')
      expect(body).toContain('wick: again')
    })

    it('says what was searched where nothing matches, and offers all projects', async () => {
      const { status, body } = await pages.get('/search/?q=%3Cb%3Enothing&project=lamps')
      expect(status).toBe(200)
      expect(body).toContain('Nothing matches <b dir="auto">&lt;b>nothing</b> in Lamps, in all states')
      expect(body).toContain('/search/?q=%3Cb%3Enothing')
      const list = await pages.get('/project/lamps/list/?q=nothing')
      expect(list.body).toContain('searched for State = Action Required, Search = nothing, Archived = No')
      expect(list.body).toContain('All states, archived or not')
      expect(list.body).toContain('href="/search/?q=nothing"')
    })

    it('stands on every page, that of all projects too', async () => {
      for (const url of ['/', '/about/', '/user/login/', '/series/1/', '/nothing/'])
        expect((await pages.get(url)).body, url).toContain('<form action="/search/">')
    })

    it('takes anything, and leads to no other site', async () => {
      for (const q of [
        '',
        ' ',
        '%',
        '\\',
        '[',
        '[PATCH',
        '<>',
        'https://',
        'https://evil.example//x',
        '//evil.example/',
        '%00a',
        '%ff',
        '@',
        'x'.repeat(5000),
        '[[['.repeat(500),
        '\'"',
        'https://pw.example.org//evil.example/',
      ])
        expect([200, '/'], q).toContain(await led(q))
      expect((await pages.get('/search/')).status).toBe(200)
    })

    it('reads no more diffs than its bound, one project’s alone where asked', async () => {
      const all = await findPatchesOfFile(pages.db, 'rope.c', { project: undefined, limit: 50 })
      expect(all).toEqual({ ids: [4], searched: 4, rest: undefined })
      expect(await findPatchesOfFile(pages.db, 'rope.c', { project: 2, limit: 50 })).toEqual({
        ids: [],
        searched: 0,
        rest: undefined,
      })
      expect((await findPatchesOfFile(pages.db, 'ope.c', { project: 1, limit: 50 })).ids).toEqual([])
    })

    it('goes on with older patches where a search for a file has stopped', async () => {
      const diff = DIFF.replaceAll(/([ab])\/\S+/g, '$1/dock/pier/rope.c')
      for (let number = 0; number < 50; number++)
        await pages.post({ id: `r${number}@x`, subject: `[PATCH] r${number}`, body: `Text.\n---\n${diff}` })
      const first = await findPatchesOfFile(pages.db, 'rope.c', { project: 1, limit: 2 })
      expect(first).toMatchObject({ ids: [54, 53], rest: 53 })
      const scope = { project: 1, limit: 2, before: first.rest }
      expect(await findPatchesOfFile(pages.db, 'rope.c', scope)).toMatchObject({ ids: [52, 51], rest: 51 })
      const { body } = await pages.get('/search/?q=rope.c')
      expect(body).toContain('files in the newest 54 patches')
      const link = /href="([^"]*before=[^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? ''
      expect(link).toBe('/search/?q=rope.c&before=5')
      const older = await pages.get(link)
      expect(older.body).toContain('something else')
      expect(older.body).not.toContain('Search older')
      for (const before of ['0', '999999999', '9'.repeat(30), '-1', "'", ''])
        expect((await pages.get(`/search/?q=rope.c&before=${before}`)).status, before).toBe(200)
      expect((await pages.get('/search/?q=%3Cp2@x%3E&before=9')).status).toBe(200)
    })
  },
  'test',
  ENVIRONMENT,
  FILLED,
)

describePages(
  'addresses by message id, without a project',
  (pages) => {
    it.each([
      ['/patch/p2@x/', PATH],
      ['/patch/%3Cp2@x%3E/', PATH],
      ['/patch/p2@x/mbox/', `${PATH}mbox/`],
      ['/patch/p2@x/raw/', `${PATH}raw/`],
      ['/patch/a%252Fb@x/', '/project/lamps/patch/a%252Fb@x/'],
      ['/patch/a%2Fb@x/', '/project/lamps/patch/a%252Fb@x/'],
      ['/patch/p0@x/', '/project/lamps/cover/p0@x/'],
      ['/cover/p0@x/', '/project/lamps/cover/p0@x/'],
      ['/cover/p2@x/', PATH],
      ['/comment/c1@x/', `${PATH}#1`],
      ['/patch/c1@x/', `${PATH}#1`],
      ['/patch/2/', PATH],
    ])('%s', async (url, path) => {
      const { status, headers } = await pages.get(url)
      expect([status, headers.location]).toEqual([302, path])
    })

    it('are not found where no mail has it', async () => {
      for (const kind of ['patch', 'cover', 'comment'])
        expect((await pages.get(`/${kind}/none@x/`)).status).toBe(404)
    })
  },
  'suite',
  ENVIRONMENT,
  FILLED,
)
