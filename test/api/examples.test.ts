import { expect, it } from 'vitest'
import { buildApp } from '../../src/app.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { insertDemo, MIRA, NOW } from '../support/demo.js'
import { insertDelivery } from '../support/webhooks.js'

const AS_MIRA = { authorization: `Token ${MIRA.token}`, 'content-type': 'application/json' }

/** Every operation of the document with the request that its example answers, in an order in which they work. */
const REQUESTS: readonly (readonly [id: string, request: string, body?: object])[] = [
  ['api_list', 'GET /'],
  ['projects_list', 'GET /projects/'],
  ['projects_read', 'GET /projects/lanterna/'],
  ['projects_update', 'PUT /projects/1/', { web_url: 'https://lanterna.example.org/' }],
  ['projects_partial_update', 'PATCH /projects/1/', { webscm_url: 'https://git.lanterna.example.org/' }],
  ['patches_list', 'GET /patches/?per_page=1'],
  ['patches_read', 'GET /patches/1/'],
  ['patches_partial_update', 'PATCH /patches/1/', { state: 'under-review', delegate: 1 }],
  ['patches_update', 'PUT /patches/1/', { state: 'accepted', delegate: 1 }],
  ['patch_trailers_list', 'GET /patches/2/trailers/'],
  ['patches_bulk_update', 'PATCH /patches/', { ids: [2], state: 'accepted' }],
  ['changes_list', 'GET /projects/1/changes/?per_page=1'],
  ['changes_read', 'GET /projects/1/changes/1/'],
  ['changes_undo', 'POST /projects/1/changes/3/undo/'],
  ['patch_comments_list', 'GET /patches/2/comments/?per_page=1'],
  ['patch_comments_read', 'GET /patches/2/comments/3/'],
  ['patch_comments_partial_update', 'PATCH /patches/2/comments/3/', { addressed: true }],
  ['checks_create', 'POST /patches/1/checks/', { state: 'success', context: 'build', description: 'Built.' }],
  ['checks_list', 'GET /patches/1/checks/'],
  ['checks_read', 'GET /patches/1/checks/1/'],
  [
    'checks_all_create',
    'POST /checks/',
    { patch: 2, state: 'success', context: 'unit', idempotency_key: 'run-1' },
  ],
  ['checks_all_list', 'GET /checks/?patch=2&latest=true'],
  ['series_recheck', 'POST /series/2/recheck/', { contexts: ['build'] }],
  ['series_checks_create', 'POST /series/2/checks/', { state: 'pending', context: 'build' }],
  ['covers_list', 'GET /covers/?per_page=1'],
  ['covers_read', 'GET /covers/1/'],
  ['cover_comments_list', 'GET /covers/1/comments/?per_page=1'],
  ['cover_comments_read', 'GET /covers/1/comments/1/'],
  ['cover_comments_partial_update', 'PATCH /covers/1/comments/1/', { addressed: true }],
  ['series_list', 'GET /series/?per_page=1'],
  ['series_read', 'GET /series/1/'],
  ['series_previous_update', 'PUT /series/5/previous/', { series: 1 }],
  ['series_diff_read', 'GET /series/1/diff/2/'],
  ['series_partial_update', 'PATCH /series/2/', { state: 'under-review', delegate: 1 }],
  ['events_list', 'GET /events/?category=series-completed&per_page=1'],
  ['bundles_create', 'POST /bundles/', { name: 'for-next', patches: [2], public: true }],
  ['bundles_list', 'GET /bundles/'],
  ['bundles_read', 'GET /bundles/1/'],
  ['bundles_update', 'PUT /bundles/1/', { name: 'for-next', patches: [1], public: true }],
  ['bundles_partial_update', 'PATCH /bundles/1/', { patches: [1, 2] }],
  ['users_list', 'GET /users/'],
  ['users_read', 'GET /users/1/'],
  ['users_update', 'PUT /users/1/', { first_name: 'Mira', last_name: 'Keeper' }],
  ['users_partial_update', 'PATCH /users/1/', { last_name: 'Keeper', settings: { items_per_page: 50 } }],
  ['people_list', 'GET /people/?per_page=1'],
  ['people_read', 'GET /people/1/'],
  ['states_list', 'GET /states/'],
  [
    'tokens_create',
    'POST /users/1/tokens/',
    {
      name: 'build',
      scopes: ['checks'],
      projects: ['lanterna'],
      contexts: ['build*'],
      expires: '2027-06-30',
    },
  ],
  ['tokens_list', 'GET /users/1/tokens/'],
  ['tokens_read', 'GET /users/1/tokens/2/'],
  ['tokens_rotate', 'POST /users/1/tokens/2/rotate/', { expires: '2027-12-31' }],
  ['token_read', 'GET /token/'],
  ['checkers_create', 'POST /projects/lanterna/checkers/', { bot: 'build-bot' }],
  ['checkers_list', 'GET /projects/lanterna/checkers/'],
  [
    'webhooks_create',
    'POST /projects/lanterna/webhooks/',
    { address: 'https://93.184.216.34/patchwork', categories: ['series-completed'] },
  ],
  ['webhooks_list', 'GET /projects/lanterna/webhooks/'],
  ['webhooks_read', 'GET /projects/lanterna/webhooks/1/'],
  ['webhooks_partial_update', 'PATCH /projects/lanterna/webhooks/1/', { active: false }],
  ['webhooks_rotate', 'POST /projects/lanterna/webhooks/1/rotate/'],
  ['webhook_deliveries_list', 'GET /projects/lanterna/webhooks/1/deliveries/'],
  ['webhook_deliveries_read', 'GET /projects/lanterna/webhooks/1/deliveries/1/'],
  ['webhook_deliveries_resend', 'POST /projects/lanterna/webhooks/1/deliveries/1/resend/'],
  ['projects_rules_read', 'GET /projects/lanterna/rules/'],
  ['projects_rules_partial_update', 'PATCH /projects/lanterna/rules/', { superseded: 'suggest' }],
  ['suggestions_list', 'GET /projects/lanterna/suggestions/'],
  ['suggestions_read', 'GET /projects/lanterna/suggestions/8/'],
  ['suggestions_apply', 'POST /projects/lanterna/suggestions/8/apply/'],
  [
    'trees_create',
    'POST /projects/lanterna/trees/',
    { url: 'https://93.184.216.34/lanterna.git', branch: 'main', state: 'accepted' },
  ],
  ['trees_list', 'GET /projects/lanterna/trees/'],
  ['pushes_create', 'POST /projects/lanterna/pushes/', { branch: 'main' }],
]

/** New tokens and secrets are others each time. */
function withFixedSecrets(answer: object): object {
  if ('token' in answer && typeof answer.token === 'string')
    return { ...answer, token: answer.token.replace(/\w{40}$/, '0123456789'.repeat(4)) }
  return 'secret' in answer ? { ...answer, secret: `whsec_${'MDEy'.repeat(8)}` } : answer
}

describeOnEach('the examples of the documentation', (fixture) => {
  it('are what the demo answers', async () => {
    const { db } = fixture
    await insertDemo(db)
    await insertDelivery(db, 1)
    const app = await buildApp(
      contextOn(fixture, {
        environment: { PATCHWORK_PUBLIC_URL: 'https://patchwork.example.org' },
        now: () => NOW,
      }),
    )
    const examples: Record<string, unknown> = {}
    for (const [id, request, body] of REQUESTS) {
      const [method, path] = request.split(' ') as ['GET', string]
      const url = `/api/1.4${path}`
      const answer = await app.inject({ method, url, headers: AS_MIRA, ...(body ? { body } : {}) })
      expect(answer.statusCode, `${request}: ${answer.body}`).toBeLessThan(300)
      examples[id] = { ...(body ? { request: body } : {}), answer: withFixedSecrets(answer.json()) }
    }
    await app.close()
    await expect(`${JSON.stringify(examples, null, 2)}\n`).toMatchFileSnapshot(
      '../../src/api/framework/examples.json',
    )
  })
})
