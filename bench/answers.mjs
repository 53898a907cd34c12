// What it saves to remember answers: the same address again, another one each time, a server that keeps nothing, and a bare
// node:http server that sends the same bytes, in turns, so that what else the machine does is the same for all.
import { setTimeout as sleep } from 'node:timers/promises'
import autocannon from 'autocannon'
import { median } from './figures.mjs'

const CONNECTIONS = 8
const TURNS = 5
/** Seconds of one turn; a shorter one tells whether all works. */
const DURATION = Number(process.env.BENCH_SECONDS ?? 0.7)

let count = 0

/** Seconds for which each path is asked for before any is measured. */
const WARM_UP = 2

/** Asks a server for each path for a while: a server that has been up for minutes has compiled its code. */
export async function warmUp(base, paths) {
  for (const path of paths)
    await autocannon({
      url: base,
      connections: CONNECTIONS,
      duration: WARM_UP,
      requests: [{ setupRequest: (request) => otherAddress(request, path) }],
    })
}

/**
 * The median rates of a path of the server at `base`, in answers a second, and the length of its answer in bytes.
 * `limit` is the address of the bare server, `forgetful` the base of one that keeps nothing; `write` commits something.
 */
export async function measureAnswers(base, path, { limit, forgetful, write }) {
  const url = base + path
  const { length } = await read(url)
  const rates = await inTurns({
    limit: () => rate({ url: limit }),
    unchanged: () => rate({ url }),
    // Beside what it is compared with.
    written: () => whileWriting(write, () => rate({ url })),
    cold: () => coldRate(base, path),
    forgetful: () => rate({ url: forgetful + path }),
    emptyLimit: () => rate({ url: limit, headers: { 'if-none-match': '"any"' } }, 304),
    notModified: async () => rate({ url, headers: { 'if-none-match': (await read(url)).etag } }, 304),
  })
  return { ...rates, length }
}

/** The length of an answer and its tag, which is another one after each commit that the answer shows. */
async function read(url) {
  const answer = await fetch(url)
  const { byteLength } = await answer.arrayBuffer()
  const etag = answer.headers.get('etag')
  if (!etag) throw new Error(`${url} has no ETag`)
  return { length: byteLength, etag }
}

const COLUMNS = [
  'answer',
  'bytes',
  'limit',
  'unchanged',
  'cold',
  'nothing kept',
  'with a commit each second, of unchanged',
  '304, of its limit',
]

/** Begins a table of rates. */
export function printTableHead(label) {
  console.log(`\n${label}, answers a second, and their share of the limit:\n`)
  console.log(`| ${COLUMNS.join(' | ')} |\n|${COLUMNS.map(() => '---|').join('')}`)
}

/** Prints what `measureAnswers` measured as a row of the table. */
export function printTableRow(name, rates) {
  const share = (part, whole) =>
    `${Math.round(rates[part])}, ${Math.round((100 * rates[part]) / rates[whole])} %`
  const cells = [
    name,
    rates.length,
    Math.round(rates.limit),
    share('unchanged', 'limit'),
    share('cold', 'limit'),
    share('forgetful', 'limit'),
    share('written', 'unchanged'),
    share('notModified', 'emptyLimit'),
  ]
  console.log(`| ${cells.join(' | ')} |`)
}

/**
 * Prints how fast answers that nobody remembers are made on PostgreSQL, in comparison with SQLite: two servers of the same
 * mails, in turns. `paths` are names and addresses.
 */
export async function compareCold(paths, sqlite, postgres) {
  console.log('\n| answer, cold | SQLite | PostgreSQL | |\n|---|---|---|---|')
  for (const [name, path] of paths) {
    const [one, other] = Object.values(
      await inTurns({ sqlite: () => coldRate(sqlite, path), postgres: () => coldRate(postgres, path) }),
    )
    const share = Math.round((100 * other) / one)
    console.log(`| ${name} | ${Math.round(one)} | ${Math.round(other)} | ${share} % |`)
  }
}

async function coldRate(base, path) {
  return await rate({ url: base, requests: [{ setupRequest: (request) => otherAddress(request, path) }] })
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
