import { type Row, statuses } from './row.js'

/** The pages' half of the table. A form is sent with the token that the page before has put into it. */

const row = (request: string, expected: string, body?: object): Row => ({
  request,
  login: 'session',
  expected: statuses(expected),
  ...(body ? { body } : {}),
})

const OPEN = '200*8'
const MISSING = '404*8'

/** Addresses of pages of which every route has to be in the table: a new one comes here with its rows. */
export const COVERED = /^\/(?:healthz|readyz|metrics)$|^\/(?:patch|cover|series|bundle)\/.*(?:mbox|raw)\/$/

//                                              nobody unknown normal author delegate foreign maintainer superuser
export const PAGES: readonly Row[] = [
  row('GET /healthz', OPEN),
  row('GET /readyz', OPEN),
  row('GET /metrics', OPEN),
  row('GET /patch/1/mbox/', '302*8'),
  row('GET /patch/99/mbox/', MISSING),
  row('GET /patch/1/raw/', '302*8'),
  row('GET /cover/1/mbox/', '302*8'),
  row('GET /series/1/mbox/', OPEN),
  row('GET /series/99/mbox/', MISSING),
  row('GET /bundle/ola/open/mbox/', OPEN),
  row('GET /bundle/ola/closed/mbox/', '404*3 200 404*4'),
  row('GET /bundle/ola/none/mbox/', MISSING),
]
