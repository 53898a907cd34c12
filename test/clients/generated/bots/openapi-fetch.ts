import createClient from 'openapi-fetch'
import type { paths } from './schema.js'

/** A bot with the client of openapi-typescript and openapi-fetch. What it did, it prints as JSON. */

const { SERVER = '', TOKEN = '' } = process.env
const client = createClient<paths>({ baseUrl: SERVER, headers: { Authorization: `Bearer ${TOKEN}` } })

/** The data of an answer; throws what the server says otherwise. */
function dataOf<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error))
  return data
}

const [series] = dataOf(
  await client.GET('/api/1.4/series/', {
    params: { query: { project: ['lanterna'], order: ['id'], per_page: 1 } },
  }),
)
if (!series) throw new Error('There is no series.')
const names: string[] = []
for (const { id } of series.patches) {
  const patch = dataOf(await client.GET('/api/1.4/patches/{id}/', { params: { path: { id } } }))
  if (patch.diff === null) throw new Error(`Patch ${patch.id} has no diff.`)
  names.push(patch.name)
}
const posted = dataOf(
  await client.POST('/api/1.4/checks/', {
    body: { series: series.id, state: 'success', context: 'generated-fetch', idempotency_key: 'fetch-1' },
  }),
)
const events = dataOf(
  await client.GET('/api/1.4/events/', {
    params: { query: { category: 'check-created', after: 0, order: ['id'] } },
  }),
)
const contexts = events.flatMap((event) =>
  event.category === 'check-created' ? [event.payload.check.context] : [],
)
const refused = await client.GET('/api/1.4/patches/', { params: { query: { state: ['lost'] } } })

console.log(
  JSON.stringify({
    names,
    checks: 'checks' in posted ? posted.checks.length : 0,
    contexts,
    refused: [refused.response.status, Object.keys(refused.error ?? {})],
  }),
)
