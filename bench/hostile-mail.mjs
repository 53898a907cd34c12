// Measures the parse time of mails that attack the parser: 64 KB of one repeated text in every possible place.

import { hashDiff } from '../dist/mail/diff.js'
import { parseMail } from '../dist/mail/parse.js'
import { authorOf } from '../dist/mail/sender.js'
import { parseSubject } from '../dist/mail/subject.js'
import { PLACES, RUNS } from './hostile-cases.mjs'

const SIZE = 64 * 1024
/** What else the machine does counts for one of them, but hardly for all. */
const ROUNDS = 3

/** The worst place of each run, and how long it takes there, in milliseconds. */
export function measureHostileMail() {
  return RUNS.map((text) => {
    const run = text.repeat(SIZE / text.length)
    const times = Object.entries(PLACES).map(([place, { build }]) => ({ place, time: best(build(run)) }))
    const { place, time } = times.reduce((worst, each) => (each.time > worst.time ? each : worst))
    return { name: `${JSON.stringify(text)} as ${place}`, milliseconds: time }
  })
}

function best(bytes) {
  return Math.min(...Array.from({ length: ROUNDS }, () => measure(bytes)))
}

function measure(bytes) {
  const start = performance.now()
  const { subject, sender, content, diff } = parseMail(bytes)
  parseSubject(subject ?? '', ['list'])
  if (sender) authorOf(sender, 'list@example.org')
  hashDiff(diff ?? content)
  return performance.now() - start
}
