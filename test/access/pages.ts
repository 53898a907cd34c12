import { expectations, type Row } from './row.js'

/** The pages' half of the table. A form is sent with the token that the page before has put into it. */

export const row = (request: string, expected: string, body?: object): Row => ({
  request,
  login: 'session',
  expected: expectations(expected),
  ...(body ? { body } : {}),
})

export const OPEN = '200*8'
export const MISSING = '404*8'

//                                              nobody unknown normal author delegate foreign maintainer superuser
const READS: readonly Row[] = [
  row('GET /healthz', OPEN),
  row('GET /readyz', OPEN),
  row('GET /metrics', OPEN),
  row('GET /project/lamps/list/', OPEN),
  row('GET /search/', OPEN),
  row('GET /project/none/list/', MISSING),
  row('GET /project/lamps/patch/1@x/', OPEN),
  row('GET /project/ropes/patch/1@x/', MISSING),
  row('GET /project/lamps/patch/1@x/comment/1/', OPEN),
  row('GET /project/lamps/patch/2@x/comment/1/', MISSING),
  row('GET /project/lamps/patch/1@x/mbox/', OPEN),
  row('GET /project/lamps/patch/1@x/raw/', OPEN),
  row('GET /project/lamps/cover/0@x/', OPEN),
  row('GET /project/lamps/cover/0@x/comment/1/', OPEN),
  row('GET /project/lamps/cover/0@x/mbox/', OPEN),
  row('GET /patch/1/', '302*8'),
  row('GET /patch/1/mbox/', '302*8'),
  row('GET /patch/1/raw/', '302*8'),
  row('GET /patch/99/mbox/', MISSING),
  row('GET /comment/1/', '302*8'),
  row('GET /comment/99/', MISSING),
  row('GET /cover/1/', '302*8'),
  row('GET /cover/1/mbox/', '302*8'),
  row('GET /series/1/', OPEN),
  row('GET /series/1/mbox/', OPEN),
  row('GET /series/99/mbox/', MISSING),
  row('GET /bundle/ola/open/mbox/', OPEN),
  row('GET /bundle/ola/closed/mbox/', '404*3 200 404*4'),
  row('GET /bundle/ola/none/mbox/', MISSING),
  row('GET /', OPEN),
  row('GET /project/lamps/', OPEN),
  row('GET /project/none/', MISSING),
  row('GET /project/lamps/pwclientrc/', OPEN),
  row('GET /project/lamps/bundles/', '302*2 200*6'),
  row('GET /project/lamps/series/', '302*8'),
  row('GET /project/lamps/suggestions/', OPEN),
  row('GET /project/none/suggestions/', MISSING),
  row('GET /project/lamps/list/?view=series', OPEN),
  row('GET /project/lamps/feed/patches/', OPEN),
  row('GET /project/lamps/feed/series/', OPEN),
  row('GET /series/1/', OPEN),
  row('GET /series/99/', MISSING),
  row('GET /series/1/diff/1/', OPEN),
  row('GET /series/1/diff/99/', MISSING),
  row('GET /series/1/diff/', '302*8'),
  row('GET /series/99/diff/', MISSING),
  row('GET /submitter/?q=ola', OPEN),
  row('GET /delegate/?q=mira', OPEN),
  row('GET /about/', OPEN),
  row('GET /about/contributors/', OPEN),
  row('GET /about/from-v1-to-merged/', OPEN),
  row('GET /about/maintainers/', OPEN),
  row('GET /about/api/', OPEN),
  row('GET /about/bots/', OPEN),
  row('GET /about/nothing/', MISSING),
  row('GET /help/', '301*8'),
  row('GET /help/about/', '301*8'),
  row('GET /robots.txt', OPEN),
  row('GET /favicon.ico', OPEN),
  row('GET /static/0/style.css', OPEN),
  row('GET /static/0/nothing.css', MISSING),
  row('POST /theme/', '302=*8', { theme: 'dark', next: '/' }),
  row('POST /list-view/', '302=*8', { view: 'series', next: '/' }),
]

const ACCEPTED = { state: '3' }
const MARK = { action: 'mark', addressed: '1' }

//                                              nobody unknown normal author delegate foreign maintainer superuser
const WRITES: readonly Row[] = [
  row('POST /project/lamps/list/', '403*3 302*2 403 302 403', { patch: '1', ...ACCEPTED }),
  row('POST /project/lamps/list/', '403*2 400*6', { patch: '4', ...ACCEPTED }),
  row('POST /series/1/', '403*3 302*2 403 302 403', { patch: '1', ...ACCEPTED }),
  row('POST /series/1/previous/', '403*3 302 403*2 302 403', { action: 'unlink' }),
  row('POST /series/1/previous/', '403*3 400 403*2 400 403', { series: '2' }),
  row('POST /series/99/previous/', '403 404*7', { action: 'unlink' }),
  row('POST /project/lamps/list/', '403*2 400*6', { patch: '99', ...ACCEPTED }),
  row('POST /project/lamps/list/', '403*2 404 302 404*4', { patch: '3', action: 'add', bundle_id: '2' }),
  row('POST /project/lamps/list/', '403*2 302*6', { patch: '1', action: 'create', bundle_name: 'mine' }),
  row('POST /series/1/', '403*3 302*2 403 302 403', { action: 'series', ...ACCEPTED }),
  row('POST /project/lamps/patch/1@x/', '403*3 302*2 403 302 403', ACCEPTED),
  row('POST /project/lamps/patch/1@x/', '403*3 302*2 403 302 403', { action: 'series', ...ACCEPTED }),
  row('POST /change/1/undo/', '403 302= 403 302= 403*2 302= 403'),
  row('POST /suggestion/1/apply/', '403 302= 403 302*2 403 302 403'),
  row('POST /suggestion/1/dismiss/', '403 302= 403 302*2 403 302 403'),
  row('POST /suggestion/99999/apply/', '403 302= 404*6'),
  row('POST /change/99999/undo/', '403 302= 404*6'),
  row('POST /project/lamps/patch/1@x/', '403*2 302*6', { action: 'create', bundle_name: 'one' }),
  row('POST /project/lamps/patch/1@x/', '403*3 302*2 403 302 403', { ...MARK, comment: '1' }),
  row('POST /project/lamps/patch/1@x/', '403*2 404*6', { ...MARK, comment: '99' }),
  row('POST /project/lamps/patch/none@x/', '403 404*7', ACCEPTED),
  row('POST /project/lamps/cover/0@x/', '403*8', ACCEPTED),
  row('POST /project/lamps/cover/0@x/', '403*2 302*6', { action: 'create', bundle_name: 'all' }),
  row('POST /project/lamps/cover/0@x/', '403*3 302 403*2 302 403', { ...MARK, comment: '1' }),
]

export const PAGES: readonly Row[] = [...READS, ...WRITES]
