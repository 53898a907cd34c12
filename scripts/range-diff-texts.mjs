// Compares the texts of a server's range-diffs with recorded ones of `git range-diff`.
//
//   node scripts/range-diff-texts.mjs SERVER FILE     a server with the mails, and the recording (JSON lines, gzip)
//
// A record names the patches of both versions by message id. Names the records that differ, and ends with
// `N passed, N failed`.
import { readRecords } from './records.mjs'

const [server, file] = process.argv.slice(2)
const records = readRecords(file)
let failed = 0
for (const { name, from, to, text } of records) {
  const [left, right] = [await seriesOf(from[0]), await seriesOf(to[0])]
  const response = await fetch(`${server}/api/1.4/series/${left}/diff/${right}/?format=text`)
  if (response.ok && (await response.text()) === text) continue
  failed++
  console.log(`FAIL ${name}: series ${left} and ${right} (${response.status})`)
}
console.log(`${records.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** The series of a patch; several copies of a list in one server are not expected. */
async function seriesOf(msgid) {
  const response = await fetch(`${server}/api/1.4/patches/?msgid=${encodeURIComponent(msgid.slice(1, -1))}`)
  const [patch] = await response.json()
  return patch?.series[0]?.id
}
