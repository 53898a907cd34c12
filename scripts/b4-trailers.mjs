// Compares the trailers that a server adds to its mboxes by `?trailers=b4` with recorded ones of b4.
//
//   node scripts/b4-trailers.mjs SERVER PROJECT FILE     a server with the mails, and the recording (JSON lines, gzip)
//
// A record names a patch by message id, and its trailers in their order. Those of replies and of replies to the cover letter
// are also held against the list of the API, with the mails that they come from. Names the records that differ, and ends
// with `N passed, N failed`.
import { readRecords } from './records.mjs'

const [server, project, file] = process.argv.slice(2)
const records = readRecords(file)
/** Records that are left out, with the reasons. */
const LEFT_OUT = new Map([
  // b4 takes lines of a test log below the diff for trailers of the commit message.
  ['<31ccace2e5912ffc428e065cd66764088c625c4d.camel@physik.fu-berlin.de>', 'lines of a log'],
])

let failed = 0
let leftOut = 0
for (const { patch, trailers, subject } of records) {
  const problem = (await compareMbox(patch, trailers)) ?? (await compareList(patch, trailers))
  if (problem === undefined) continue
  const reason = LEFT_OUT.get(patch)
  if (reason !== undefined) {
    leftOut++
    console.log(`left out ${patch}: ${reason}`)
    continue
  }
  failed++
  console.log(`FAIL ${patch} ${subject}\n     ${problem}`)
}
console.log(`${records.length - failed - leftOut} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

/** What differs in the mbox; undefined if nothing does. */
async function compareMbox(msgid, trailers) {
  const path = `/project/${project}/patch/${encodeURIComponent(encodeURIComponent(msgid.slice(1, -1)))}/mbox/`
  const response = await fetch(`${server}${path}?trailers=b4`)
  if (!response.ok) return `no mbox (${response.status})`
  const expected = trailers.map(({ name, value }) => `${name}: ${value.trim()}`)
  const found = trailersIn(await response.text())
  return difference(expected, found)
}

/** What differs in the trailers of replies that the API lists. */
async function compareList(msgid, trailers) {
  const found = await fetch(`${server}/api/1.4/patches/?msgid=${encodeURIComponent(msgid.slice(1, -1))}`)
  const [patch] = await found.json()
  const list = await (await fetch(`${server}/api/1.4/patches/${patch.id}/trailers/`)).json()
  const known = new Set(list.map(({ kind, mail, via }) => `${via} ${kind} ${mail.msgid}`.toLowerCase()))
  const missing = trailers
    .filter(({ via }) => via !== 'patch')
    .filter((trailer) => !isListed(trailer, list, known))
    .map(({ name, value }) => `${name}: ${value}`)
  return missing.length > 0 ? `not listed: ${missing.join(' | ')}` : undefined
}

/** A person is listed once for each kind: perhaps with the patch itself. */
function isListed({ name, value, from_msgid, via }, list, known) {
  if (known.has(`${via} ${name} ${from_msgid}`.toLowerCase())) return true
  const address = /[^\s<>]+@[^\s<>]+/.exec(value)?.[0].toLowerCase()
  return list.some(
    ({ kind, person }) =>
      kind.toLowerCase() === name.toLowerCase() && person?.email?.toLowerCase() === address,
  )
}

function difference(expected, found) {
  if (expected.join('\n') === found.join('\n')) return undefined
  return `expected ${expected.join(' | ') || 'none'}\n     found    ${found.join(' | ') || 'none'}`
}

/** The trailers of the last paragraph of the message in an mbox with one mail. */
function trailersIn(mbox) {
  const start = mbox.indexOf('\n\n')
  const encoding = /^Content-Transfer-Encoding: (\S+)/m.exec(mbox.slice(0, start))?.[1]
  const body = encoding === 'quoted-printable' ? decoded(mbox.slice(start + 2)) : mbox.slice(start + 2)
  const end = /^(?:---[^\S\n]*$|diff -|Index: |--- \S)/m.exec(body)?.index ?? body.length
  const paragraph = body.slice(0, end).trim().split('\n\n').at(-1) ?? ''
  // The headers of an attached patch are no trailers.
  if (/^>?From [0-9a-f]{40} /.test(paragraph)) return []
  return paragraph.split('\n').flatMap((line) => {
    const [, name, value] = /^\s*(\w\S+):\s+(\S.*)/.exec(line) ?? []
    return name === undefined ? [] : [`${name}: ${value.replace(/\s+#[^#]+$/, '').trim()}`]
  })
}

function decoded(text) {
  const bytes = text
    .replaceAll('=\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
