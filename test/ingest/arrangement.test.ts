import { describe, expect, it } from 'vitest'
import { arrange } from '../../src/ingest/arrangement.js'
import { type SeriesMail, toSeriesMail } from '../../src/ingest/series-mail.js'
import { parseSubject } from '../../src/mail/subject.js'

/** Mails as `id [subject] seconds, what it answers`, in any order. */
type Row = [id: string, prefix: string, seconds: number, ...references: string[]]

function toMail([msgid, prefix, seconds, ...references]: Row): SeriesMail {
  const date = new Date(Date.UTC(2026, 9, 5, 10) + seconds * 1000).toISOString().slice(0, 19)
  const subject = parseSubject(`[${prefix}] part`, [])
  const kind = subject.marker?.number === 0 ? 'cover' : 'patch'
  return toSeriesMail(
    { msgid, date, reached: date, submitter: 1, senderName: 'Kerry Wick', references, kind },
    subject,
  )
}

/** The series, each as its cover and its patches, and what was replaced. */
function arranged(rows: readonly Row[]): string[] {
  return arrange(rows.map(toMail)).map(({ cover, places, replaced }) => {
    const patches = [...places].toSorted(([a], [b]) => a - b).map(([, { msgid }]) => msgid)
    const old = [...replaced.keys()].map(({ msgid }) => `(${msgid})`)
    return [cover?.msgid ?? '-', ...patches, ...old].join(' ')
  })
}

describe('arrange', () => {
  it('goes on with series that are sent side by side in the order in which they began', () => {
    const patches: Row[] = [
      ['a1', 'PATCH 1/2', 0],
      ['b1', 'PATCH 1/2', 5],
      ['a2', 'PATCH 2/2', 10],
      ['b2', 'PATCH 2/2', 15],
    ]
    expect(arranged(patches)).toEqual(['- a1 a2', '- b1 b2'])
    const covers: Row[] = [
      ['a0', 'PATCH 0/2', -2],
      ['b0', 'PATCH 0/2', -1],
    ]
    expect(arranged([...covers, ...patches])).toEqual(['a0 a1 a2', 'b0 b1 b2'])
    // Where a patch was lost, the nearest is meant.
    expect(arranged(patches.filter(([id]) => id !== 'b2'))).toEqual(['- a1', '- b1 a2'])
  })

  it('gives a cover that came last to patches of the thread that it answers', () => {
    const thread: Row[] = [
      ['a1', 'PATCH 1/2', 0],
      ['a2', 'PATCH 2/2', 1, 'a1'],
    ]
    const late: Row = ['a0', 'PATCH 0/2', 30, 'a1']
    expect(arranged([...thread, late])).toEqual(['a0 a1 a2'])
    expect(arranged([...thread, late, ['r', 'PATCH v4 1/2', 90, 'a0', 'a1']])).toEqual(['a0 a1 a2', '- r'])
    expect(arranged([...thread, ['a0', 'PATCH v2 0/2', 30, 'a1']])).toEqual(['- a1 a2', 'a0'])
    expect(arranged([...thread, ['a0', 'PATCH 0/2', 30]])).toEqual(['- a1 a2', 'a0'])
  })

  it('leaves a cover to the patches that answer it', () => {
    const own: Row[] = [
      ['b0', 'PATCH 0/2', 60],
      ['b1', 'PATCH 1/2', 61, 'b0'],
      ['b2', 'PATCH 2/2', 62, 'b0'],
    ]
    const before: Row[] = [
      ['a1', 'PATCH 1/2', 0],
      ['a2', 'PATCH 2/2', 1],
    ]
    expect(arranged([...before, ...own])).toEqual(['- a1 a2', 'b0 b1 b2'])
  })

  it('replaces a patch by its next version also without a thread', () => {
    const series: Row[] = [
      ['a1', 'PATCH 1/2', 0],
      ['a2', 'PATCH 2/2', 1],
    ]
    expect(arranged([...series, ['n2', 'PATCH v1.1 2/2', 600]])).toEqual(['- a1 n2 (a2)'])
    expect(arranged([...series, ['n2', 'PATCH 2/2', 600]])).toEqual(['- a1 a2', '- n2'])
  })
})
