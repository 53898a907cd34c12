// Passes requests on to a server, and takes out of its answers what API 1.4 adds to a single series.
//
//   node scripts/without-additions-proxy.mjs PORT SERVER
//
// The recordings are of a Patchwork without these fields, and the tool that replays them allows no others. Everything
// that was recorded is still compared; the tests of `test/api/resources/series-*` hold the fields themselves.
import { createServer, request } from 'node:http'

const [port, server] = process.argv.slice(2)
const SINGLE_SERIES = /^\/api\/(1\.4\/)?series\/\d+\/(\?|$)/
const SERIES_FIELDS = ['versions', 'previous', 'next', 'change_id', 'state', 'checks']
const PATCH_FIELDS = ['state', 'check', 'number']

createServer((incoming, outgoing) => {
  const isSeries = incoming.method === 'GET' && SINGLE_SERIES.test(incoming.url)
  const headers = { ...incoming.headers }
  if (isSeries) delete headers['accept-encoding']
  const passed = request(new URL(incoming.url, server), { method: incoming.method, headers }, (answer) => {
    if (!isSeries || !/json/.test(answer.headers['content-type'])) {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
      return
    }
    const chunks = []
    answer.on('data', (chunk) => chunks.push(chunk))
    answer.on('end', () => {
      const body = Buffer.from(JSON.stringify(withoutAdditions(JSON.parse(Buffer.concat(chunks)))))
      outgoing.writeHead(answer.statusCode, { ...answer.headers, 'content-length': body.length })
      outgoing.end(body)
    })
  })
  passed.on('error', () => outgoing.destroy())
  incoming.pipe(passed)
}).listen(Number(port), '127.0.0.1')

/** @param {Record<string, unknown>} series */
function withoutAdditions(series) {
  const rest = without(series, SERIES_FIELDS)
  if (!Array.isArray(rest.patches)) return rest
  return { ...rest, patches: rest.patches.map((patch) => without(patch, PATCH_FIELDS)) }
}

function without(object, fields) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !fields.includes(name)))
}
