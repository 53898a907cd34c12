// How long the server compares two versions of a series of ten patches, each time anew.
import { percentile } from './figures.mjs'

const PATCHES = 10
const FILES = 3
const LINES = 40
const ROUNDS = 60
/** The first ones start the thread that compares and compile its code. */
const WARM_UP = 10
const NAME = 'bench: ten patches'

/** An mbox with two versions of a series, of which each patch of the second differs a little from that of the first. */
export function twoVersions() {
  return [1, 2]
    .flatMap((version) => Array.from({ length: PATCHES }, (_, index) => patch(version, index + 1)))
    .join('\n')
}

function patch(version, number) {
  const prefix = version === 1 ? 'PATCH' : `PATCH v${version}`
  const first = `${version}.1@bench.example.org`
  return `From bench@example.org Mon Nov  9 10:00:00 2026
From: Bench <bench@example.org>
Date: Mon, ${8 + version} Nov 2026 10:${String(number).padStart(2, '0')}:00 +0000
Subject: [${prefix} ${number}/${PATCHES}] ${NAME} ${number}
Message-ID: <${version}.${number}@bench.example.org>
${number === 1 ? '' : `In-Reply-To: <${first}>\nReferences: <${first}>\n`}
Why patch ${number} is needed.

Signed-off-by: Bench <bench@example.org>
---
${Array.from({ length: FILES }, (_, file) => fileDiff(version, number, file)).join('')}--${' '}
2.47.0
`
}

/** A new file in each patch; one line of the second version is another one. */
function fileDiff(version, number, file) {
  const path = `bench/${number}/${file}.c`
  const lines = Array.from({ length: LINES }, (_, line) => {
    const revision = line === number + file ? version : 1
    return `+\tvalue_${number}_${file}_${line} = compute(${line * number}, ${revision});\n`
  })
  return `diff --git a/${path} b/${path}
new file mode 100644
--- /dev/null
+++ b/${path}
@@ -0,0 +1,${LINES} @@
${lines.join('')}`
}

/**
 * The 95th percentile of the time of a comparison of these versions, in milliseconds. `base` is the URL of the server,
 * which has them.
 */
export async function measureRangeDiff(base) {
  const [left, right] = await readJson(`${base}/api/1.4/series/?q=${encodeURIComponent(NAME)}&order=id`)
  const path = `${base}/api/1.4/series/${left.id}/diff/${right.id}/`
  const { pairs } = await readJson(path)
  if (pairs.length !== PATCHES || pairs.some(({ status }) => status !== '!'))
    throw new Error('The versions were not compared.')
  const times = []
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    const start = performance.now()
    await readJson(`${path}?meaningless=${round}`)
    if (round >= WARM_UP) times.push(performance.now() - start)
  }
  return percentile(times, 95)
}

async function readJson(url) {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`)
  return await answer.json()
}
