import { expect, it } from 'vitest'
import { insertBundle } from '../../../src/domain/bundles/updates.js'
import { getUser } from '../../../src/domain/users/queries.js'
import { describePages, namesIn, type Pages } from '../support.js'

/** More than are read at once for a download, and than a page has rows. */
const COUNT = 260

/** A series of many patches, of which each says something else; gives their message ids. */
async function postSeries({ post }: Pages): Promise<string[]> {
  const ids = Array.from({ length: COUNT }, (_, index) => `${index + 1}@many`)
  const thread = { inReplyTo: ids[0] as string }
  for (const [index, id] of ids.entries())
    await post({
      id,
      ...(index > 0 ? thread : {}),
      subject: `[PATCH ${index + 1}/${COUNT}] part ${index + 1}`,
      body: `Part ${index + 1}: lämp.\n---\n--- a/x${index}\n+++ b/x${index}\n@@ -1 +1 @@\n-a\n+b\n`,
    })
  await post({ id: 're@many', subject: 'Re: part 101', inReplyTo: '101@many', body: 'Acked-by: A <a@b>\n' })
  return ids
}

describePages(
  'what has more than a page',
  (pages) => {
    it('is downloaded as its mails are one by one, and shown 250 rows at a time', async () => {
      const { db, get } = pages
      const ids = await postSeries(pages)
      const mails: string[] = []
      for (const id of ids) mails.push((await get(`/project/lamps/patch/${id}/mbox/`)).body)
      expect(mails[100]).toContain('Acked-by: A <a@b>')
      expect(mails[99]).toContain('Part 100: ')

      const { id: owner_id } = await getUser(db, 'ola')
      const rows = await db.selectFrom('patches').select('id').orderBy('id', 'desc').execute()
      const bundle = { owner_id, project_id: 1, name: 'all', public: true }
      await insertBundle(
        db,
        bundle,
        rows.map(({ id }) => id),
      )
      const series = await get('/series/1/mbox/')
      expect(series.headers.etag).toBeUndefined()
      expect(series.body === mails.join('\n')).toBe(true)
      expect((await get('/bundle/ola/all/mbox/')).body === mails.toReversed().join('\n')).toBe(true)

      const names = ids.map((_, index) => `[${index + 1}/${COUNT}] part ${index + 1}`)
      for (const [path, all] of [
        ['/series/1/', names],
        ['/bundle/ola/all/', names.toReversed()],
      ] as const) {
        expect(namesIn(await get(path))).toEqual(all.slice(0, 250))
        expect(namesIn(await get(`${path}?page=2`))).toEqual(all.slice(250))
        expect(namesIn(await get(`${path}?page=99`))).toEqual(all.slice(250))
        expect((await get(`${path}?page=0`)).status).toBe(404)
        expect((await get(`${path}?page=x`)).status).toBe(404)
        expect((await get(path)).body).toContain('?page=2')
      }
    })
  },
  'suite',
)

/** A text of more than 1 MB. */
function long(end: string): string {
  return `${'lamp\n'.repeat(220_000)}${end}\n`
}

describePages('long texts', (pages) => {
  it('are whole in what is downloaded and in answers of their own, and cut, which is said, in lists', async () => {
    const { db, post, get } = pages
    await post({ id: '1@x' })
    await post({ id: 're@x', subject: 'Re: lamp', inReplyTo: '1@x', body: 'Nice.\n' })
    await db
      .updateTable('patch_comments')
      .set({ content: long('end of the reply') })
      .execute()
    await db
      .updateTable('patch_texts')
      .set({
        content: long('end of the message'),
        diff: `--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${long('end of the diff')}`,
      })
      .execute()
    const mbox = (await get('/project/lamps/patch/1@x/mbox/')).body
    expect(mbox.length).toBeGreaterThan(2_200_000)
    expect(mbox).toContain('end of the message')
    expect(mbox).toContain('end of the diff')
    expect((await get('/project/lamps/patch/1@x/raw/')).body).toContain('end of the diff')
    const [series, patch] = [await get('/series/1/mbox/'), JSON.parse((await get('/api/patches/1/')).body)]
    expect(series.body === mbox).toBe(true)
    expect(patch.content).toBe(long('end of the message'))
    expect(patch.diff).toContain('end of the diff')

    const [listed] = JSON.parse((await get('/api/patches/1/comments/')).body)
    expect(listed.content).toHaveLength(
      1_000_000 + `\n\n[This text is cut here. All of it: ${listed.url}]\n`.length,
    )
    expect(listed.content).not.toContain('end of the reply')
    const own = JSON.parse((await get(new URL(listed.url as string).pathname)).body)
    expect(own.content).toBe(long('end of the reply'))
    expect((await get('/project/lamps/patch/1@x/comment/1/')).body).toBe(long('end of the reply'))
    const page = (await get('/project/lamps/patch/1@x/')).body
    expect(page).not.toContain('end of the reply')
    expect(page).toContain('href="/project/lamps/patch/1@x/comment/1/"')
  })
})
