// Passes requests on to a server, and takes out of its answers what API 1.4 adds to a single series or patch.
//
//   node scripts/without-additions-proxy.mjs PORT SERVER
//
// The recordings are of a Patchwork without these fields, and the tool that replays them allows no others. Everything
// that was recorded is still compared; the tests of `test/api/resources/series-*` and `patch.test.ts` hold the fields themselves.
import { createServer, request } from 'node:http'

const [port, server] = process.argv.slice(2)
const SINGLE_SERIES = /^\/api\/(1\.4\/)?series\/\d+\/(\?|$)/
const SERIES_FIELDS = ['versions', 'previous', 'next', 'change_id', 'state', 'checks', 'patchset_hash']
const PATCH_FIELDS = ['state', 'check', 'number']
const SINGLE_PATCH = /^\/api\/(1\.4\/)?patches\/\d+\/(\?|$)/
const PATCH_DETAIL_FIELDS = ['sha256']

createServer((incoming, outgoing) => {
  const project = projectionOf(incoming)
  const headers = { ...incoming.headers }
  if (project) delete headers['accept-encoding']
  const passed = request(new URL(incoming.url, server), { method: incoming.method, headers }, (answer) => {
    if (!project || !/json/.test(answer.headers['content-type'])) {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
      return
    }
    const chunks = []
    answer.on('data', (chunk) => chunks.push(chunk))
    answer.on('end', () => {
      const body = Buffer.from(JSON.stringify(project(JSON.parse(Buffer.concat(chunks)))))
      outgoing.writeHead(answer.statusCode, { ...answer.headers, 'content-length': body.length })
      outgoing.end(body)
    })
  })
  passed.on('error', () => outgoing.destroy())
  incoming.pipe(passed)
}).listen(Number(port), '127.0.0.1')

/** What takes the additions out of an answer; undefined where there are none. */
function projectionOf({ method, url }) {
  if (method === 'GET' && SINGLE_SERIES.test(url)) return withoutAdditions
  if (SINGLE_PATCH.test(url)) return (patch) => without(patch, PATCH_DETAIL_FIELDS)
  return undefined
}

/** @param {Record<string, unknown>} series */
function withoutAdditions(series) {
  const rest = without(series, SERIES_FIELDS)
  if (!Array.isArray(rest.patches)) return rest
  return { ...rest, patches: rest.patches.map((patch) => without(patch, PATCH_FIELDS)) }
}

function without(object, fields) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)))
}
