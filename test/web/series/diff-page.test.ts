import { beforeAll, expect, it } from 'vitest'
import { insertProject } from '../../../src/domain/projects/updates.js'
import { insertVersions, versionId } from '../../support/versions.js'
import { describePages } from '../support.js'

/** The pairs of a page: what their titles say, and whether they are open. */
function pairsIn(body: string): { title: string; isOpen: boolean; html: string }[] {
  return [
    ...body.matchAll(/<(details|div) class="file[^>]*>[^]*?<\/\1>(?=<details|<div class="file|<\/div>)/g),
  ].map(([html]) => ({
    title: (/<summary[^>]*>([^]*?)<\/summary>/.exec(html)?.[1] ?? html).replace(/<[^>]*>/g, ''),
    isOpen: /^<details[^>]* open/.test(html),
    html,
  }))
}

/** A line of the changes: the version that has it, and what it does in its patch. */
function line(side: string, mark: string, kind: string, text: string): string {
  return `<div class="${side}"><b>${mark}</b><span class="in-${kind}">${text}</span></div>`
}

describePages(
  'what changed between two series',
  (pages) => {
    let ids: Record<string, number>
    beforeAll(async () => {
      await insertVersions(pages.db, 'lamps.example.org')
      const rows = await pages.db.selectFrom('patches').select(['id', 'msgid']).execute()
      ids = Object.fromEntries(rows.map(({ id, msgid }) => [msgid.slice(1, -1), id]))
    })

    it('is shown pair by pair: changed patches open, equal ones folded, others named', async () => {
      const { status, body } = await pages.get('/series/1/diff/3/')
      expect(status).toBe(200)
      const pairs = pairsIn(body)
      expect(pairs.map(({ title, isOpen }) => [title, isOpen])).toEqual([
        ['4 → 1 glass: keep it clean changed', true],
        ['2 → 2 wick: measure it in millimetres unchanged', false],
        ['1 → 3 oil: mind the level → oil: mind the level &amp; warn changed', true],
        ['3 → – paint: white &lt;b>stripes&lt;/b> dropped, only in v1', false],
        ['– → 4 fog: sound the horn new in v3', false],
      ])
      expect(body).toContain(
        '<p>2 changed, 1 unchanged, 1 new, 1 dropped. <a href="/series/1/diff/3/?creation_factor=999">',
      )
      expect(body).toContain('4 of 4 patches received')
      expect(body).toContain('href="/api/series/1/diff/3/?format=text"')
    })

    it('has the lines of git range-diff with two levels, of author, message and code', async () => {
      const { body } = await pages.get('/series/1/diff/3/')
      expect(body).toContain(line('old', '-', 'context', 'Author: Ola Nordlys &lt;ola@lanterna.example.org>'))
      expect(body).toContain(line('new', '+', 'context', 'Author: Faro Luz &lt;faro@example.org>'))
      expect(body).toContain(
        line('new', '+', 'context', '    Reviewed-by: Mira Keeper &lt;mira@lanterna.example.org>'),
      )
      expect(body).toContain(line('both', ' ', 'deleted', '-\treturn tank->level;'))
      expect(body).toContain(line('old', '-', 'added', '+\t\treturn 0;'))
      expect(body).toContain(line('new', '+', 'added', '+\t\treturn -ENOOIL;'))
      expect(body).toContain(line('both', ' ', 'heading', ' ## Metadata ##'))
      expect(body).not.toContain('<script>alert')
      expect(body).toContain('&lt;script>alert(1)&lt;/script>')
    })

    it('opens the pair of one patch alone, by its number in either version', async () => {
      for (const patch of [versionId(1, 'oil'), versionId(3, 'oil')]) {
        const pairs = pairsIn((await pages.get(`/series/1/diff/3/?patch=${ids[patch]}`)).body)
        expect(pairs.map(({ isOpen }) => isOpen)).toEqual([false, false, true, false, false])
        expect(pairs[2]?.html).toContain(`id="p${ids[patch]}"`)
      }
      const wick = await pages.get(`/series/1/diff/3/?patch=${ids[versionId(1, 'wick')]}`)
      expect(pairsIn(wick.body).map(({ isOpen }) => isOpen)).toEqual([false, true, false, false, false])
      for (const patch of ['0', '999999', 'x'])
        expect(pairsIn((await pages.get(`/series/1/diff/3/?patch=${patch}`)).body)[0]?.isOpen).toBe(true)
    })

    it('compares what came of an incomplete series, and says so', async () => {
      const { body } = await pages.get('/series/1/diff/2/')
      expect(body).toContain('1 of 4 patches received')
      expect(body).toContain('A series is incomplete')
      expect(pairsIn(body).filter(({ title }) => title.includes('dropped'))).toHaveLength(3)
      expect((await pages.get('/series/1/diff/3/')).body).not.toContain('A series is incomplete')
    })

    it('is chosen among the versions of the work, without a script', async () => {
      const { body } = await pages.get('/series/1/diff/3/')
      const form = /<form class="actions" action="\/series\/3\/diff\/">[^]*?<\/form>/.exec(body)?.[0] ?? ''
      expect(form.match(/<option[^>]*>v\d/g)).toEqual([
        '<option value="1" selected>v1',
        '<option value="2">v2',
        '<option value="3">v3',
        '<option value="1">v1',
        '<option value="2">v2',
        '<option value="3" selected>v3',
      ])
      const chosen = async (path: string) => {
        const { status, headers } = await pages.get(path)
        return status === 302 ? headers.location : status
      }
      expect(await chosen('/series/3/diff/?from=1&to=2')).toBe('/series/1/diff/2/')
      expect(await chosen('/series/3/diff/')).toBe('/series/2/diff/3/')
      expect(await chosen('/series/1/diff/')).toBe('/series/1/diff/1/')
      for (const path of ['?from=x', '?to=-1', '?from=//example.org'])
        expect(await chosen(`/series/3/diff/${path}`)).toBe(404)
      expect(await chosen('/series/99/diff/')).toBe(404)
    })

    it('is linked from the pages of the series', async () => {
      const { body } = await pages.get('/series/1/')
      expect(body).toContain('<a href="/series/1/diff/2/">since v1</a>')
      expect(body).toContain('<a href="/series/2/diff/3/">since v2</a>')
      expect(body).toContain('v3 is newer')
      expect(body).toContain('<a href="/series/1/diff/3/">what changed</a>')
    })

    it('is linked from the page of a patch, to its own changes', async () => {
      const { body } = await pages.get(`/project/lamps/patch/${versionId(3, 'oil')}/`)
      const id = ids[versionId(3, 'oil')]
      expect(body).toContain(`<a href="/series/1/diff/3/?patch=${id}#p${id}">changes since v1</a>`)
      expect(body).toContain(`<a href="/series/2/diff/3/?patch=${id}#p${id}">changes since v2</a>`)
      const old = await pages.get(`/project/lamps/patch/${versionId(1, 'oil')}/`)
      expect(old.body).not.toContain('changes since')
      expect(old.body).toContain('v3 is newer')
    })

    it('answers what is not there, and series of two projects, with one sentence', async () => {
      for (const path of ['1/diff/99/', '99/diff/1/', '1/diff/x/', 'x/diff/1/'])
        expect((await pages.get(`/series/${path}`)).status).toBe(404)
      await insertProject(pages.db, {
        link_name: 'ropes',
        name: 'Ropes',
        list_id: 'ropes.example.org',
        list_email: 'ropes@example.org',
      })
      await insertVersions(pages.db, 'ropes.example.org')
      const { status, body } = await pages.get('/series/1/diff/4/')
      expect(status).toBe(400)
      expect(body).toContain('Both series must belong to the same project.')
    })
  },
  'suite',
)
