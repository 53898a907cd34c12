import { expect, it } from 'vitest'
import { updateProject } from '../../../src/domain/projects/updates.js'
import { insertDependencies } from '../../../src/domain/series/updates.js'
import { describePages, namesIn, type Pages } from '../support.js'

const OLA = 'Ola Nordlys <ola@lanterna.example.org>'

async function postSeries({ post }: Pages, version: number, date: string, from = OLA): Promise<void> {
  const id = `${version}-${from.length}`
  const v = version > 1 ? ` v${version}` : ''
  const thread = { from, date, inReplyTo: `${id}-0@x`, references: `<${id}-0@x>` }
  await post({ from, date, id: `${id}-0@x`, subject: `[PATCH${v} 0/2] wicks: trim`, body: 'Short.\n' })
  for (const number of [2, 1])
    await post({ ...thread, id: `${id}-${number}@x`, subject: `[PATCH${v} ${number}/2] wick ${number}` })
}

async function noticeOf({ get }: Pages, path: string): Promise<string> {
  return /<p class="notice">[^]*?<\/p>/.exec((await get(`/project/lamps/${path}/`)).body)?.[0] ?? ''
}

describePages('series', (pages) => {
  it('have a page with all versions, their patches in order, and what they hang together with', async () => {
    await postSeries(pages, 1, 'Mon, 05 Oct 2026 10:00:00 +0000')
    await postSeries(pages, 2, 'Tue, 06 Oct 2026 10:00:00 +0000')
    await postSeries(pages, 1, 'Tue, 06 Oct 2026 11:00:00 +0000', 'Somebody Else <else@example.org>')
    await pages.post({ id: 'alone@x', subject: '[PATCH] alone' })
    await insertDependencies(pages.db, 4, [1])
    const first = await pages.get('/series/1/')
    expect(namesIn(first)).toEqual(['[1/2] wick 1', '[2/2] wick 2'])
    const series = [...first.body.matchAll(/href="\/series\/(\d+)\/" dir="auto"/g)].map(([, id]) => id)
    // What hangs together with it, its versions, and the series of each of its patches.
    expect(series).toEqual(['4', '1', '2', '1', '1'])
    expect(first.body).toContain('Needed by')
    expect(first.body).toContain('href="/series/1/mbox/"')
    expect((await pages.get('/series/4/')).body).toContain('Depends on')
    await updateProject(pages.db, 1, { show_dependencies: false })
    expect((await pages.get('/series/4/')).body).not.toContain('Depends on')
    expect((await pages.get('/series/99/')).status).toBe(404)
    expect((await pages.get('/series/1x/')).status).toBe(404)
  })

  it('say how many of very many dependencies they leave out', async () => {
    const { db, post, get } = pages
    await post({ id: 'base@x', subject: '[PATCH] base' })
    for (let number = 2; number <= 55; number++) {
      await post({ id: `${number}@x`, subject: `[PATCH] on the base ${number}` })
      await insertDependencies(db, number, [1])
    }
    await insertDependencies(
      db,
      1,
      Array.from({ length: 53 }, (_, index) => index + 3),
    )
    for (const path of ['/series/1/', '/project/lamps/patch/base@x/']) {
      const { body } = await get(path)
      const facts = body.slice(body.indexOf('Depends on'), body.indexOf('<h2'))
      expect(facts.match(/<li><a href="\/series\/\d+\/" dir="auto">/g)).toHaveLength(100)
      expect(facts).toContain(
        '>3 more series are not shown; <a href="/api/series/1/">the answer of the API has them',
      )
      expect(facts).toContain(
        '>4 more series are not shown; <a href="/api/series/1/">the answer of the API has them',
      )
    }
    const { body } = await get('/series/55/')
    expect(body).not.toContain('more are not shown')
  })

  it('are named where their patches are related', async () => {
    await postSeries(pages, 1, 'Mon, 05 Oct 2026 10:00:00 +0000')
    await pages.post({ id: 'other@x', subject: '[PATCH v2] wicks: all new', from: 'Max <max@example.org>' })
    expect((await pages.get('/series/1/')).body).not.toContain('/series/2/')
    const { id } = await pages.db
      .insertInto('patch_relations')
      .defaultValues()
      .returning('id')
      .executeTakeFirstOrThrow()
    await pages.db.updateTable('patches').set({ relation_id: id }).where('id', 'in', [1, 3]).execute()
    const { body } = await pages.get('/series/1/')
    expect(body).toMatch(/<th scope="row">Related<\/th><td><ul class="plain"><li><a href="\/series\/2\/"/)
    expect(body).not.toContain('is newer')
  })

  it('are alone without a topic, and with the versions of their topic as it is stored', async () => {
    for (const [at, version] of [1, 2, 2].entries())
      await pages.post({
        from: OLA,
        id: `wick-${at}@x`,
        subject: `[PATCH v${version}] wick`,
        date: `Mon, 0${at + 5} Oct 2026 10:00:00 +0000`,
      })
    const { body } = await pages.get('/series/1/')
    expect(body).toContain('v2 is newer')
    expect(body).toContain('<a href="/series/1/diff/2/">since v1</a>')
    expect(body).toContain('<a href="/series/2/diff/3/">since v2 of 2026-10-06</a>')
    expect((await pages.get('/series/2/')).body).toContain('It was sent again: ')
    await pages.db.deleteFrom('topic_members').where('series_id', '=', 3).execute()
    expect((await pages.get('/series/3/')).body).not.toContain('/series/1/')
    expect((await pages.get('/series/1/')).body).not.toContain('/series/3/')
  })

  it('of an old version say so on the pages of their patches and covers, with links to the newest', async () => {
    for (const version of [1, 2, 3])
      await postSeries(pages, version, `Mon, 0${version + 4} Oct 2026 10:00:00 +0000`)
    for (const version of [1, 2]) {
      const patch = await noticeOf(pages, `patch/${version}-${OLA.length}-2@x`)
      expect(patch).toContain(`This is v${version}. <a href="/series/3/">v3 is newer: `)
      expect(patch).toContain(`<a href="/project/lamps/patch/3-${OLA.length}-2@x/">this patch in v3</a>`)
      expect(patch).toMatch(
        new RegExp(`<a href="/series/${version}/diff/3/\\?patch=(\\d+)#p\\1">what changed</a>`),
      )
      expect(await noticeOf(pages, `cover/${version}-${OLA.length}-0@x`)).toContain(
        `<a href="/project/lamps/cover/3-${OLA.length}-0@x/">this cover letter in v3</a>`,
      )
    }
    expect(await noticeOf(pages, `patch/3-${OLA.length}-2@x`)).toBe('')
    expect(await noticeOf(pages, `cover/3-${OLA.length}-0@x`)).toBe('')
  })

  it('lead to no patch of another subject in the newest version', async () => {
    await pages.post({ from: OLA, id: 'a@x', subject: '[PATCH] wick 100%_a' })
    await pages.post({ from: OLA, id: 'b@x', subject: '[PATCH v2] wick 100%_a' })
    await postSeries(pages, 1, 'Mon, 05 Oct 2026 10:00:00 +0000')
    const date = 'Tue, 06 Oct 2026 10:00:00 +0000'
    await pages.post({ from: OLA, date, id: 'c0@x', subject: '[PATCH v2 0/1] wicks: trim' })
    await pages.post({ from: OLA, date, id: 'c1@x', inReplyTo: 'c0@x', subject: '[PATCH v2 1/1] wick 2' })
    expect((await pages.get('/project/lamps/patch/a@x/')).body).toContain('patch/b@x/">this patch in v2')
    const first = (await pages.get(`/project/lamps/patch/1-${OLA.length}-1@x/`)).body
    expect(first).toContain('v2 is newer')
    expect(first).not.toContain('this patch in')
    const second = (await pages.get(`/project/lamps/patch/1-${OLA.length}-2@x/`)).body
    expect(second).toContain('patch/c1@x/">this patch in v2')
  })

  it('can be changed as a whole', async () => {
    await postSeries(pages, 1, 'Mon, 05 Oct 2026 10:00:00 +0000')
    expect((await pages.get('/series/1/')).body).not.toContain('name="patch"')
    const { body } = await pages.get('/series/1/', 'mira')
    expect(body).toContain('<input type="checkbox" name="patch" value="1"')
    expect(body).toContain('name="next" value="/series/1/"')
  })

  it('show the cover letter with its replies, what is missing, and commands to apply them', async () => {
    const { post, get, send } = pages
    await post({ from: OLA, id: '0@x', subject: '[PATCH 0/4] oil: mind it', body: 'Why oil matters.\n' })
    for (const number of [3, 1])
      await post({
        from: OLA,
        id: `${number}$(x)@x`,
        subject: `[PATCH ${number}/4] oil ${number}`,
        inReplyTo: '0@x',
        references: '<0@x>',
      })
    await post({ id: 'r@x', subject: 'Re: oil', inReplyTo: '0@x', body: 'Because it burns.\n' })
    const { body } = await get('/series/1/', 'mira')
    for (const text of ['Why oil matters.', 'Because it burns.', '2 of 4 received, missing: 2, 4'])
      expect(body).toContain(text)
    expect(body).toContain('<code>b4 shazam 0@x</code>')
    expect(body).toContain('<code>curl -fsS https://pw.example.org/series/1/mbox/ | git am</code>')
    const form = { action: 'mark', comment: '1', addressed: '0', next: '/series/1/' }
    const { headers } = await send('/project/lamps/cover/0@x/', form, 'mira')
    expect(headers.location).toBe('/series/1/#1')
    const away = await send('/project/lamps/cover/0@x/', { ...form, next: '//evil.example.org/' }, 'mira')
    expect(away.headers.location).toBe('/#1')
  })

  it('without a cover are applied by their first patch, whose id is quoted for the shell', async () => {
    await pages.post({ id: "a'$(x)@x", subject: '[PATCH] alone' })
    const { body } = await pages.get('/series/1/')
    expect(body).toContain("<code>b4 shazam 'a'\\''$(x)@x'</code>")
    await pages.post({ id: '-rf@x', subject: '[PATCH] an option' })
    const second = (await pages.get('/series/2/')).body
    expect(second).not.toContain('b4 shazam')
    expect(second).toContain('| git am</code>')
  })

  it('have patches with a bar of their parts, their submitter and their date', async () => {
    const { post, get, db } = pages
    await postSeries(pages, 1, 'Mon, 05 Oct 2026 10:00:00 +0000')
    await postSeries(pages, 2, 'Tue, 06 Oct 2026 10:00:00 +0000')
    const id = `1-${OLA.length}-1@x`
    await post({ id: 'c@x', subject: 'Re: wick', inReplyTo: id, body: 'No.\n' })
    await db.updateTable('patch_comments').set({ addressed: 0 }).execute()
    const bar = async (as?: string) =>
      /<nav class="page-bar"[^]*?<\/nav>/
        .exec((await get(`/project/lamps/patch/${id}/`, as)).body)?.[0]
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
    expect(await bar()).toBe(
      'Message Comments 1 (1 need action) Files 1 Version v1 v1, this one v2 what changed New',
    )
    const { body } = await get(`/project/lamps/patch/${id}/`, 'mira')
    expect(body).toContain('<a href="#state" aria-label="State: New">')
    expect(body).toMatch(/Submitter<\/th>.*Ola Nordlys.*Date<\/th>.*2026-10-05 \d/s)
  })
})
