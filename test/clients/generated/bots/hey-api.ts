import { client } from './hey-api/client.gen.js'
import { checksAllCreate, eventsList, patchesList, patchesRead, seriesList } from './hey-api/index.js'

/** A bot with the client of @hey-api/openapi-ts. What it did, it prints as JSON. */

const { SERVER = '', TOKEN = '' } = process.env
client.setConfig({ baseUrl: SERVER, headers: { Authorization: `Bearer ${TOKEN}` } })

const { data: list } = await seriesList({
  query: { project: ['lanterna'], order: ['id'], per_page: 1 },
  throwOnError: true,
})
const [series] = list
if (!series) throw new Error('There is no series.')
const names: string[] = []
for (const { id } of series.patches) {
  const { data: patch } = await patchesRead({ path: { id }, throwOnError: true })
  if (patch.diff === null) throw new Error(`Patch ${patch.id} has no diff.`)
  names.push(patch.name)
}
const { data: posted } = await checksAllCreate({
  body: { series: series.id, state: 'success', context: 'generated-hey', idempotency_key: 'hey-1' },
  throwOnError: true,
})
const { data: events } = await eventsList({
  query: { category: 'check-created', after: 0, order: ['id'] },
  throwOnError: true,
})
const contexts = events.flatMap((event) =>
  event.category === 'check-created' ? [event.payload.check.context] : [],
)
const refused = await patchesList({ query: { state: ['lost'] } })

console.log(
  JSON.stringify({
    names,
    checks: 'checks' in posted ? posted.checks.length : 0,
    contexts,
    refused: [refused.response?.status, Object.keys(refused.error ?? {})],
  }),
)
