import { MISSING, OPEN, row } from './pages.js'
import type { Row } from './row.js'

/** Accounts, what is one's own, and bundles. */

const OWN = '302*2 200*6'
/** Without any cookie, not even the form is taken; without a session one is led to log in. */
const DONE = '403 302= 302*6'
const IDLE = '403 302=*7'

//                                              nobody unknown normal author delegate foreign maintainer superuser
/** Pages of one's own: each sees and changes what is theirs, and nothing that is another's. */
export const ACCOUNTS: readonly Row[] = [
  row('GET /user/login/', '200*2 302*6'),
  row('POST /user/login/', '403*8', { username: 'ola', password: 'wrong' }),
  row('GET /user/logout/', OPEN),
  row('GET /register/', '200*2 302*6'),
  row('POST /register/', '403 400*7'),
  row('GET /user/', OWN),
  row('POST /user/', DONE, { items_per_page: 50 }),
  row('GET /user/todo/', '302*2 200*2 302 200*3'),
  row('GET /user/todo/lamps/', OWN),
  row('POST /user/todo/lamps/', IDLE),
  row('GET /user/bundles/', OWN),
  row('GET /user/password-change/', OWN),
  row('POST /user/password-change/', '403 302= 400*6', { old: 'wrong' }),
  row('GET /user/password-change/done/', '302*8'),
  row('GET /user/password-reset/', OPEN),
  row('POST /user/password-reset/', '403 400*7', { email: 'nonsense' }),
  row('GET /user/password-reset/mail-sent/', '302*8'),
  row('GET /user/password-reset/complete/', '302*8'),
  row('GET /user/password-reset/MQ/abc-def/', '302*8'),
  row('POST /user/link/', IDLE, { email: 'nonsense' }),
  row('POST /user/link/', DONE, { email: 'new@example.org' }),
  row('POST /user/unlink/99/', '403 302= 404*6'),
  row('GET /mail/', OPEN),
  row('POST /mail/', '403 200=*7', { email: 'ola@lanterna.example.org' }),
  row('GET /mail/optout/', '302*8'),
  row('GET /mail/optin/', '302*8'),
  row('POST /mail/optout/', '403 400*7', { email: 'nonsense' }),
  row('POST /mail/optin/', '403 400*7', { email: 'nonsense' }),
  row('GET /confirm/0000/', MISSING),
  row('POST /confirm/0000/', '403 404*7'),
  row('GET /admin/', '302*2 403*5 200'),
  row('GET /admin/audit/', '302*2 403*5 200'),
  row('GET /admin/projects/', '302*2 403*5 200'),
  row('GET /admin/projects/add/', '302*2 403*5 200'),
  row('POST /admin/projects/add/', '403 302= 403*5 400', { name: '' }),
  row('POST /admin/projects/1/remove/', '403 302= 403*5 302=', { confirm: 'none' }),
  row('GET /project/lamps/settings/', '302*2 403*4 200*2'),
  row('POST /project/lamps/settings/', '403 302= 403*4 400*2', { list_email: '' }),
  row('POST /project/lamps/settings/maintainers/', '403 302= 403*4 302=*2', { maintainer: 'none' }),
  row('POST /project/lamps/settings/maintainers/99/remove/', '403 302= 403*4 404*2'),
  row('POST /project/lamps/settings/rules/', '403 302= 403*4 302=*2', { path: '*', delegate: 'none' }),
  row('POST /project/lamps/settings/rules/remove/', '403 302= 403*4 404*2', { path: 'none' }),
  row('GET /admin/outbox/', '302*2 403*5 200'),
  row('POST /admin/outbox/99/retry/', '403 302= 403*5 404'),
  row('GET /bundle/ola/open/', OPEN),
  row('GET /bundle/ola/closed/', '404*3 200 404*4'),
  row('GET /bundle/1/', '302*8'),
  row('GET /bundle/2/', '404*3 302 404*4'),
  row('GET /bundle/2/mbox/', '404*3 302 404*4'),
  row('GET /user/bundle/1/', '302*8'),
  row('GET /user/bundle/2/', '404*3 302 404*4'),
  row('GET /user/bundle/2/mbox/', '404*3 302 404*4'),
  row('POST /bundle/ola/open/order/', '403 302= 403 302 403*4', { up: 2 }),
  row('POST /bundle/ola/closed/order/', '403 302= 404 302 404*4', { up: 2 }),
  row('POST /bundle/ola/open/remove/', '403 302= 403 302 403*4', { patch: 1 }),
  row('POST /bundle/ola/closed/remove/', '403 302= 404 302 404*4', { patch: 1 }),
  row('POST /bundle/ola/spare/', '403 302= 403 302 403*4', { name: 'extra', public: 'on' }),
  row('POST /bundle/ola/hidden/', '403 302= 404 302 404*4', { name: 'veiled' }),
  row('POST /bundle/ola/none/', '403 302= 404*6', { name: 'none' }),
]

/** What takes away what others are tried with: these come last. */
//                                              nobody unknown normal author delegate foreign maintainer superuser
export const ENDINGS: readonly Row[] = [
  row('POST /user/sessions/99/end/', IDLE),
  row('POST /user/sessions/end/', IDLE),
  row('POST /user/generate-token/', '403 302= 200*6'),
  row('POST /user/revoke-token/', DONE),
  row('POST /bundle/ola/extra/delete/', '403 302= 403 302 403*4'),
  row('POST /bundle/ola/veiled/delete/', '403 302= 404 302 404*4'),
  row('POST /user/logout/', DONE),
]
