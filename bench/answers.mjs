// What it saves to remember answers: the same address again, another one each time, and a bare node:http server that
// sends the same bytes, in turns, so that what else the machine does is the same for all.
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'

const CONNECTIONS = 8
const TURNS = 3
/** Seconds of one turn. */
const DURATION = 1

let count = 0

/**
 * Prints the rates of a path of the server at `base`. `limit` is the address of the bare server; `write` commits
 * something.
 */
export async function measureAnswers(label, base, path, limit, write) {
  const url = base + path
  const answer = await fetch(url)
  const { length } = Buffer.from(await answer.arrayBuffer())
  const etag = answer.headers.get('etag')
  if (!etag) throw new Error(`${path} has no ETag`)
  const headers = { 'if-none-match': etag }
  const rates = await inTurns({
    limit: () => rate({ url: limit }),
    unchanged: () => rate({ url }),
    cold: () => rate({ url: base, requests: [{ setupRequest: (request) => otherAddress(request, path) }] }),
    emptyLimit: () => rate({ url: limit, headers }, 304),
    notModified: () => rate({ url, headers }, 304),
    written: () => whileWriting(write, () => rate({ url })),
  })
  const share = (part, whole) =>
    `${Math.round(rates[part])} /s, ${Math.round((100 * rates[part]) / rates[whole])} %`
  console.log(
    [
      `${label}: ${path} (${length} bytes, limit ${Math.round(rates.limit)} /s): unchanged ${share('unchanged', 'limit')}`,
      `cold ${share('cold', 'limit')}`,
      `with a commit each second ${share('written', 'unchanged')} of unchanged`,
      `304 ${share('notModified', 'emptyLimit')} of its limit`,
    ].join('; '),
  )
}

/** The median of each measurement. A turn that nobody counts comes first: code is compiled, and memory filled. */
async function inTurns(measurements) {
  const rates = Object.fromEntries(Object.keys(measurements).map((name) => [name, []]))
  for (let turn = 0; turn <= TURNS; turn++)
    for (const [name, measure] of Object.entries(measurements)) {
      const measured = await measure()
      if (turn > 0) rates[name].push(measured)
    }
  return Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]))
}

/** The address with a parameter that means nothing, another one each time. */
function otherAddress(request, path) {
  return { ...request, path: `${path}${path.includes('?') ? '&' : '?'}meaningless=${count++}` }
}

async function rate(options, status = 200) {
  const result = await autocannon({ connections: CONNECTIONS, duration: DURATION, ...options })
  const { requests, statusCodeStats } = result
  const others = Object.keys(statusCodeStats ?? {}).filter((each) => each !== String(status))
  if (others.length > 0) throw new Error(`${options.url} answered ${others.join(', ')}`)
  return requests.total / result.duration
}

async function whileWriting(write, measure) {
  const stopping = new AbortController()
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      await write()
      await sleep(1000, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  const result = await measure()
  stopping.abort()
  await writing
  return result
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
