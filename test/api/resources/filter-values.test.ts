import { expect, it } from 'vitest'
import { findState } from '../../../src/domain/states/queries.js'
import { deleteState } from '../../../src/domain/states/updates.js'
import { describeApi } from '../support.js'

/** Parameters that may have any text, because they match rows or none. */
const OPEN = new Set(['msgid', 'change_id', 'context', 'q'])

/** Parameters that are not of the filter: where a list is read on, and the form of its answer. */
const NO_FILTERS = new Set(['page', 'per_page', 'cursor', 'format'])

interface Listed {
  readonly path: string
  readonly parameters: readonly { name: string; in: string }[]
}

describeApi(
  'the values of filters',
  (api) => {
    /** The lists of 1.4 that there are in the small world. */
    async function lists(): Promise<Listed[]> {
      const { paths } = (await api.get('/api/1.4/schema.json')).body
      const found: Listed[] = []
      for (const [template, { get }] of Object.entries<{ get?: { parameters?: Listed['parameters'] } }>(
        paths,
      )) {
        const { parameters = [] } = get ?? {}
        if (!parameters.some(({ name }) => name === 'per_page')) continue
        const path = template.replaceAll(/\{\w*id\}/g, '1').replaceAll('{project}', 'lamps')
        if ((await api.get(path, 'mira')).status !== 404) found.push({ path, parameters })
      }
      return found
    }

    it('are refused by every list where they are invalid, with the name of the parameter', async () => {
      const answers: [string, number, string[]][] = []
      for (const { path, parameters } of await lists())
        for (const { name, in: place } of parameters) {
          if (place !== 'query' || OPEN.has(name) || NO_FILTERS.has(name)) continue
          const { status, body } = await api.get(`${path}?patch=1&${name}=no-such-thing`, 'mira')
          answers.push([`${path} ${name}`, status, Object.keys(body)])
        }
      expect(answers.length).toBeGreaterThan(50)
      expect(answers).toEqual(answers.map(([address]) => [address, 400, [address.split(' ')[1]]]))
    })

    it('match none where they may be any text', async () => {
      for (const query of ['msgid=x', 'q=no-such-thing'])
        expect(await api.ids(`/patches/?${query}`)).toEqual([])
      expect(await api.ids('/patches/1/checks/?context=no-such-thing')).toEqual([])
      expect(await api.ids('/series/?change_id=no-such-thing')).toEqual([])
    })

    it.each([
      ['/patches/?project=nope', 'project', 'No project has the number or link name "nope".'],
      [
        '/patches/?state=new&state=bogus',
        'state',
        '"bogus" is not a valid choice. Expected one of: new, under-',
      ],
      [
        '/patches/?submitter=nobody@x.org',
        'submitter',
        'Nobody with the number or mail address "nobody@x.org" has',
      ],
      ['/patches/?submitter=99', 'submitter', 'Nobody with the number or mail address "99" has sent mail.'],
      ['/series/?delegate=nobody', 'delegate', 'No user has the number or name "nobody".'],
      ['/patches/?delegate=99', 'delegate', 'No user has the number or name "99".'],
      ['/patches/?series=99999999999', 'series', 'No series has the number "99999999999".'],
      ['/covers/?series=-1', 'series', 'No series has the number "-1".'],
      ['/patches/?hash=0000', 'hash', 'A hash of 40 hexadecimal digits is required.'],
      ['/patches/?since=2020-13-01', 'since', 'A date, perhaps with a time, is required'],
      ['/patches/?before=1577836800', 'before', 'A date, perhaps with a time, is required'],
      ['/patches/?archived=yes', 'archived', 'Must be a valid boolean.'],
      ['/patches/?archived=true&archived=no', 'archived', 'Must be a valid boolean.'],
      ['/patches/?order=-date,bogus', 'order', '"bogus" is not a valid choice. Expected one of: id, name, '],
      [
        '/events/?category=bogus',
        'category',
        '"bogus" is not a valid choice. Expected one of: cover-created, ',
      ],
      ['/events/?patch=99', 'patch', 'No patch has the number "99".'],
      ['/events/?cover=99', 'cover', 'No cover letter has the number "99".'],
      ['/events/stream/?category=bogus', 'category', '"bogus" is not a valid choice'],
      ['/checks/?patch=1&patch=99', 'patch', 'No patch has the number "99".'],
      ['/checks/?patch=1&state=great', 'state', 'pending, success, warning, fail, gone.'],
    ])('%s is refused in words', async (url, field, sentence) => {
      expect(await api.get(url)).toMatchObject({
        status: 400,
        body: { [field]: [expect.stringContaining(sentence)] },
      })
    })

    it('are refused all at once, and repeated only in part', async () => {
      const { body } = await api.get(`/patches/?project=${'x'.repeat(1000)}&archived=2&delegate=mira`)
      expect(Object.keys(body)).toEqual(['project', 'archived'])
      expect(body.project[0].length).toBeLessThan(200)
    })

    it('are nobody’s where an address is only that of an account', async () => {
      await api.db
        .insertInto('people')
        .values({ email: 'una@x.org', email_key: 'una@x.org', name: null, user_id: 4 })
        .execute()
      expect((await api.get('/patches/?submitter=una@x.org')).status).toBe(400)
      expect((await api.get('/api/1.3/patches/?submitter=una@x.org')).body).toEqual([])
    })

    it('are no condition where they are blank, as git-pw asks for all projects', async () => {
      for (const name of [
        'project',
        'state',
        'submitter',
        'delegate',
        'series',
        'archived',
        'since',
        'hash',
        'order',
      ])
        expect([name, await api.ids(`/patches/?${name}=`)]).toEqual([name, [1, 2, 3, 4]])
      expect(await api.ids('/patches/?project=&project=ropes')).toEqual([4])
    })

    it('may be states that Patchwork brings and an administrator removed, as pw-ci names them', async () => {
      const rfc = await findState(api.db, 'rfc')
      expect(await deleteState(api.db, rfc?.id ?? 0)).toBe(true)
      const query = 'state=new&state=rfc&state=under-review&archived=false&order=-id'
      expect(await api.ids(`/patches/?${query}`)).toEqual([4, 3, 2, 1])
      expect(await api.ids('/patches/?state=rfc')).toEqual([])
    })

    it('have the words of older versions there', async () => {
      for (const query of [
        'state=bogus',
        'project=nope',
        'state=new&state=',
        'hash=0000',
        'since=2020',
        'series=99',
      ])
        expect([query, (await api.get(`/api/1.3/patches/?${query}`)).body]).toEqual([query, []])
      for (const query of ['archived=bogus', 'order=bogus'])
        expect([query, await api.ids(`/api/1.3/patches/?${query}`)]).toEqual([query, [1, 2, 3, 4]])
      for (const query of ['category=bogus', 'patch=99'])
        expect([query, (await api.get(`/api/1.3/events/?${query}`)).body]).toEqual([query, []])
    })
  },
  'suite',
)
