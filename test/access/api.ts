import type { Version } from '../../src/api/framework/versions.js'
import { expectations, type Row } from './row.js'

/** The API's half of the table; addresses begin after the prefix of the version. */

const row = (request: string, expected: string, body?: object, since: Version = '1.0'): Row => ({
  request,
  login: 'token',
  since,
  expected: expectations(expected),
  ...(body ? { body } : {}),
})

/** A wrong token is refused whatever it is sent for; that comes in the second column. */
const OPEN = '200 403 200*6'
const MISSING = '404 403 404*6'
const LOGIN = '404 403 200*6'

const ACCEPTED = { state: 'accepted' }
const CHECK = { state: 'success' }
const ADDRESSED = { addressed: true }
const NEXT_TREE = { url: 'https://git.example.org/lamps.git', branch: 'next', state: 'accepted' }
const NAMED = { name: 'named', patches: [1] }

//                                              nobody unknown normal author delegate foreign maintainer superuser
const READS: readonly Row[] = [
  row('GET /', OPEN),
  row('GET /projects/', OPEN),
  row('GET /projects/1/', OPEN),
  row('GET /projects/99/', MISSING),
  row('GET /projects/1/changes/', OPEN, undefined, '1.4'),
  row('GET /projects/99/changes/', MISSING, undefined, '1.4'),
  row('GET /projects/1/changes/1/', OPEN, undefined, '1.4'),
  row('GET /projects/1/changes/999/', MISSING, undefined, '1.4'),
  row('GET /projects/2/changes/1/', MISSING, undefined, '1.4'),
  row('GET /projects/1/rules/', OPEN, undefined, '1.4'),
  row('GET /projects/99/rules/', MISSING, undefined, '1.4'),
  row('GET /projects/1/trees/', OPEN, undefined, '1.4'),
  row('GET /projects/99/trees/', MISSING, undefined, '1.4'),
  row('GET /projects/1/suggestions/', OPEN, undefined, '1.4'),
  row('GET /projects/99/suggestions/', MISSING, undefined, '1.4'),
  row('GET /projects/1/suggestions/1/', OPEN, undefined, '1.4'),
  row('GET /projects/2/suggestions/1/', MISSING, undefined, '1.4'),
  row('GET /patches/', OPEN),
  row('GET /patches/1/', OPEN),
  row('GET /patches/99/', MISSING),
  row('GET /patches/1/trailers/', OPEN, undefined, '1.4'),
  row('GET /patches/99/trailers/', MISSING, undefined, '1.4'),
  row('GET /patches/1/comments/', OPEN),
  row('GET /patches/1/comments/1/', OPEN),
  row('GET /patches/1/comments/99/', MISSING),
  row('GET /patches/1/checks/', OPEN),
  row('GET /patches/1/checks/1/', OPEN),
  row('GET /patches/2/checks/1/', MISSING),
  row('GET /checks/', '400 403 400*6', undefined, '1.4'),
  row('GET /checks/?patch=1', OPEN, undefined, '1.4'),
  row('GET /covers/', OPEN),
  row('GET /covers/1/', OPEN),
  row('GET /covers/99/', MISSING),
  row('GET /covers/1/comments/', OPEN),
  row('GET /covers/1/comments/1/', OPEN),
  row('GET /covers/1/comments/99/', MISSING),
  row('GET /series/', OPEN),
  row('GET /series/1/', OPEN),
  row('GET /series/99/', MISSING),
  row('GET /series/1/diff/1/', OPEN, undefined, '1.4'),
  row('GET /series/1/diff/99/', MISSING, undefined, '1.4'),
  row('GET /series/99/diff/1/', MISSING, undefined, '1.4'),
  row('GET /events/', OPEN),
  row('GET /events/stream/', OPEN),
  row('GET /states/', OPEN),
  row('GET /bundles/', OPEN),
  row('GET /bundles/1/', OPEN),
  row('GET /bundles/2/', '404 403 404 200 404*4'),
  row('GET /bundles/99/', MISSING),
  row('GET /users/', LOGIN),
  row('GET /users/2/', LOGIN),
  row('GET /users/99/', MISSING),
  row('GET /people/', LOGIN),
  row('GET /people/1/', LOGIN),
  row('GET /people/99/', MISSING),
  row('GET /token/', '403*2 200*6', undefined, '1.4'),
  row('GET /users/2/tokens/', '403*3 200 403*3 200', undefined, '1.4'),
  row('GET /users/99/tokens/', '403*2 404*6', undefined, '1.4'),
  row('GET /users/2/tokens/999/', '403*3 404 403*3 404', undefined, '1.4'),
  row('GET /projects/1/checkers/', OPEN, undefined, '1.4'),
  row('GET /projects/99/checkers/', MISSING, undefined, '1.4'),
  row('GET /schema', '200*8'),
  row('GET /schema.json', '200*8'),
  row('GET /schema.yaml', '200*8'),
  row('GET /docs/', '200*8'),
]

//                                              nobody unknown normal author delegate foreign maintainer superuser
const PATCHES: readonly Row[] = [
  row('PATCH /patches/1/', '403*3 200*2 403 200 403', ACCEPTED),
  row('PUT /patches/1/', '403*3 200*2 403 200 403', { state: 'new', delegate: 1 }),
  row('PATCH /patches/99/', MISSING, ACCEPTED),
  row('PUT /patches/99/', MISSING, { state: 'new', delegate: 1 }),
  row('PATCH /patches/1/', '403*6 200 403', { related: [2] }, '1.2'),
  row('PATCH /patches/1/', '403*8', { related: [4] }, '1.2'),
  row('PATCH /patches/1/', '403*3 400*2 403 400 403', { related: [99] }, '1.2'),
  row('PATCH /patches/', '403*3 200*2 403 200 403', { ids: [1, 2], ...ACCEPTED }),
  row('PATCH /patches/', '403*3 200 403*4', { ids: [1, 4], ...ACCEPTED }),
  row('PATCH /patches/', '403*2 400*6', { ids: [1, 99], ...ACCEPTED }),
  row('PATCH /series/1/', '403*3 200*2 403 200 403', ACCEPTED, '1.4'),
  row('PATCH /series/99/', MISSING, ACCEPTED, '1.4'),
  row('PUT /series/1/previous/', '403*3 400 403*2 400 403', { series: 2 }, '1.4'),
  row('PUT /series/99/previous/', MISSING, { series: 1 }, '1.4'),
  row('DELETE /series/1/previous/', '403*3 204 403*2 204 403', undefined, '1.4'),
  row('DELETE /series/99/previous/', MISSING, undefined, '1.4'),
  row('POST /patches/1/checks/', '403*3 201*2 403 201 403', CHECK),
  row('POST /patches/99/checks/', MISSING, CHECK),
  row('POST /series/1/checks/', '403*3 201*2 403 201 403', CHECK),
  row('POST /series/99/checks/', MISSING, CHECK),
  row('POST /series/1/recheck/', '403*3 201 403*2 201 403', { contexts: ['build'] }, '1.4'),
  row('POST /series/99/recheck/', MISSING, {}, '1.4'),
  row('POST /checks/', '403*3 201*2 403 201 403', { ...CHECK, patch: 1 }, '1.4'),
  row('POST /checks/', '403*3 201*2 403 201 403', { ...CHECK, series: 1 }, '1.4'),
  row('POST /checks/', '403*2 400*6', { ...CHECK, patch: 99 }, '1.4'),
]

//                                              nobody unknown normal author delegate foreign maintainer superuser
const COMMENTS: readonly Row[] = [
  row('PATCH /patches/1/comments/1/', '403*3 200*2 403 200 403', ADDRESSED),
  row('PUT /patches/1/comments/1/', '403*3 400*2 403 400 403', ADDRESSED),
  row('PATCH /patches/1/comments/99/', MISSING, ADDRESSED),
  row('PUT /patches/1/comments/99/', MISSING, ADDRESSED),
  row('PATCH /patches/2/comments/1/', MISSING, ADDRESSED),
  row('PATCH /patches/99/comments/1/', MISSING, ADDRESSED),
  row('PATCH /covers/1/comments/1/', '403*3 200 403*2 200 403', ADDRESSED),
  row('PUT /covers/1/comments/1/', '403*3 400 403*2 400 403', ADDRESSED),
  row('PATCH /covers/1/comments/99/', MISSING, ADDRESSED),
  row('PUT /covers/99/comments/1/', MISSING, ADDRESSED),
]

//                                              nobody unknown normal author delegate foreign maintainer superuser
const OTHERS: readonly Row[] = [
  row('POST /bundles/', '403*2 201*6', NAMED),
  row('PATCH /bundles/1/', '403*3 200 403*4', { name: 'renamed' }),
  row('PUT /bundles/1/', '403*3 200 403*4', { ...NAMED, name: 'replaced', public: true }),
  row('PATCH /bundles/2/', '404 403 404 200 404*4', { patches: [2, 1] }),
  row('PUT /bundles/2/', '404 403 404 200 404*4', { ...NAMED, name: 'closed' }),
  row('PATCH /bundles/99/', MISSING, { name: 'renamed' }),
  row('PUT /bundles/99/', MISSING, NAMED),
  row('DELETE /bundles/99/', MISSING),
  row('DELETE /bundles/1/', '403*3 204 403*4'),
  row('DELETE /bundles/2/', '404 403 404 204 404*4'),
  row('PATCH /projects/1/', '403*6 200 403', { web_url: 'https://lamps.example.org/' }),
  row('PUT /projects/1/', '403*6 200 403', { web_url: 'https://lamps.example.org/' }),
  row('PATCH /projects/99/', MISSING, {}),
  row('PUT /projects/99/', MISSING, {}),
  row('POST /projects/1/changes/1/undo/', '403*3 200 403*2 200 403', {}, '1.4'),
  row('POST /projects/1/changes/999/undo/', MISSING, {}, '1.4'),
  row('POST /projects/2/changes/1/undo/', MISSING, {}, '1.4'),
  row('PATCH /projects/1/rules/', '403*6 200 403', { superseded: 'on', archive_days: 30 }, '1.4'),
  row('PATCH /projects/99/rules/', MISSING, { superseded: 'on' }, '1.4'),
  row('POST /projects/1/trees/', '403*6 201*2', NEXT_TREE, '1.4'),
  row('POST /projects/1/trees/', '403*6 400*2', { ...NEXT_TREE, url: 'file:///etc' }, '1.4'),
  row('POST /projects/99/trees/', MISSING, NEXT_TREE, '1.4'),
  row('DELETE /projects/1/trees/1000/', '403*6 204*2', undefined, '1.4'),
  row('DELETE /projects/1/trees/999/', '403*6 404*2', undefined, '1.4'),
  row('POST /projects/1/pushes/', '403*6 200 403', { branch: 'refs/heads/master' }, '1.4'),
  row('POST /projects/1/pushes/', '403*6 400 403', { branch: 'missing' }, '1.4'),
  row('POST /projects/99/pushes/', MISSING, {}, '1.4'),
  row('POST /projects/1/suggestions/1/apply/', '403*3 200*2 403 200 403', {}, '1.4'),
  row('POST /projects/1/suggestions/999/apply/', MISSING, {}, '1.4'),
  row('DELETE /projects/1/suggestions/1/', '403*3 204*2 403 204 403', undefined, '1.4'),
  row('DELETE /projects/2/suggestions/1/', MISSING, undefined, '1.4'),
  row('PATCH /users/2/', '403*3 200 403*4', { first_name: 'Ola' }),
  row('PUT /users/2/', '403*3 200 403*4', { first_name: 'Ola', last_name: 'Nordlys' }),
  row('PATCH /users/99/', '403*2 404*6', {}),
  row('PUT /users/99/', '403*2 404*6', {}),
]

//                                              nobody unknown normal author delegate foreign maintainer superuser
const TOKENS: readonly Row[] = [
  row('POST /users/2/tokens/', '403*3 201 403*3 201', { name: 'ci', scopes: ['checks'] }, '1.4'),
  row('POST /users/99/tokens/', '403*2 404*6', { name: 'ci', scopes: ['checks'] }, '1.4'),
  row('DELETE /users/2/tokens/999/', '403*3 404 403*3 404', undefined, '1.4'),
  row('POST /users/2/tokens/999/rotate/', '403*3 404 403*3 404', {}, '1.4'),
  row('DELETE /users/99/tokens/', '403*2 404*6', undefined, '1.4'),
  row('POST /projects/1/checkers/', '403*6 201*2', { user: 'dora' }, '1.4'),
  row('POST /projects/1/checkers/', '403*6 400*2', { bot: 'two words' }, '1.4'),
  row('POST /projects/99/checkers/', MISSING, { user: 'dora' }, '1.4'),
  row('DELETE /projects/1/checkers/999/', '403*6 404*2', undefined, '1.4'),
]

//                                              nobody unknown normal author delegate foreign maintainer superuser
const WEBHOOKS: readonly Row[] = [
  row('GET /projects/1/webhooks/', '403*6 200*2', undefined, '1.4'),
  row('GET /projects/99/webhooks/', MISSING, undefined, '1.4'),
  row('POST /projects/1/webhooks/', '403*6 201*2', { address: 'https://93.184.216.34/hook' }, '1.4'),
  row('POST /projects/1/webhooks/', '403*6 400*2', { address: 'http://127.0.0.1:8000/' }, '1.4'),
  row('POST /projects/99/webhooks/', MISSING, { address: 'https://93.184.216.34/hook' }, '1.4'),
  row('GET /projects/1/webhooks/1/', '403*6 200*2', undefined, '1.4'),
  row('GET /projects/1/webhooks/999/', '403*6 404*2', undefined, '1.4'),
  row('GET /projects/2/webhooks/1/', '403*5 404 403 404', undefined, '1.4'),
  row('PATCH /projects/1/webhooks/1/', '403*6 200*2', { active: false }, '1.4'),
  row('PATCH /projects/2/webhooks/1/', '403*5 404 403 404', { active: false }, '1.4'),
  row('POST /projects/1/webhooks/1/rotate/', '403*6 201*2', {}, '1.4'),
  row('POST /projects/1/webhooks/999/rotate/', '403*6 404*2', {}, '1.4'),
  row('GET /projects/1/webhooks/1/deliveries/', '403*6 200*2', undefined, '1.4'),
  row('GET /projects/2/webhooks/1/deliveries/', '403*5 404 403 404', undefined, '1.4'),
  row('GET /projects/1/webhooks/1/deliveries/1/', '403*6 200*2', undefined, '1.4'),
  row('GET /projects/1/webhooks/1/deliveries/999/', '403*6 404*2', undefined, '1.4'),
  row('POST /projects/1/webhooks/1/deliveries/1/resend/', '403*6 200*2', {}, '1.4'),
  row('POST /projects/1/webhooks/1/deliveries/999/resend/', '403*6 404*2', {}, '1.4'),
  row('DELETE /projects/1/webhooks/999/', '403*6 404*2', undefined, '1.4'),
  row('DELETE /projects/2/webhooks/1/', '403*5 404 403 404', undefined, '1.4'),
]

/** What takes away what others are tried with. */
export const API_ENDINGS: readonly Row[] = [
  row('DELETE /users/2/tokens/', '403*3 204 403*3 204', undefined, '1.4'),
]

/** Every route of the newest version, and what each gets of it. */
export const API: readonly Row[] = [...READS, ...PATCHES, ...COMMENTS, ...OTHERS, ...TOKENS, ...WEBHOOKS]
