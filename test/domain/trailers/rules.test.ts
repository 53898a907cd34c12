import { describe, expect, it } from 'vitest'
import {
  decideTrailers,
  idsAnswered,
  isSamePerson,
  isThreadedForB4,
  type MailTrailer,
} from '../../../src/domain/trailers/rules.js'

const SUBMITTER = { name: 'Mira Keeper', email: 'mira@example.org' }

const trailer = (more: Partial<MailTrailer>): MailTrailer => ({
  kind: 'Reviewed-by',
  value: '',
  remark: null,
  name: 'Ida Rower',
  email: 'ida@example.org',
  scope: null,
  is_other: 0,
  position: 0,
  via: 'reply',
  msgid: '<r@x>',
  date: '2026-10-05T12:00:00',
  mail_patch_id: 1,
  cover_id: null,
  comment_id: 1,
  ...more,
})

const decide = (...mailed: MailTrailer[]) =>
  decideTrailers({ id: 1, number: 2, submitter: SUBMITTER }, mailed)

describe('isSamePerson', () => {
  it.each([
    ['ida@example.org', 'IDA@example.org', true],
    ['ida+list@example.org', 'ida@example.org', true],
    ['ida@mail.example.org', 'ida@example.org', true],
    ['ida@a.mail.example.org', 'ida@example.org', false],
    ['ida@org', 'ida@example.org', false],
    ['ida@example.org', 'ola@example.org', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(isSamePerson({ name: 'A', email: one }, { name: 'B', email: other })).toBe(expected)
  })

  it('knows people by their names too, in any order', () => {
    expect(isSamePerson({ name: 'Rower, Ida', email: 'a@x' }, { name: 'ida rower', email: 'b@x' })).toBe(true)
    expect(isSamePerson({ name: null, email: 'a@x' }, { name: null, email: 'b@x' })).toBe(false)
    expect(isSamePerson({ name: '李雷', email: 'a@x' }, { name: '李雷', email: 'b@x' })).toBe(true)
  })
})

describe('decideTrailers', () => {
  it('has each kind of a person once: one that counts, else the first', () => {
    const early = trailer({ is_other: 1, msgid: '<early@x>', date: '2026-10-04T12:00:00' })
    const late = trailer({ msgid: '<late@x>', email: 'IDA@example.org' })
    expect(decide(late, early)).toMatchObject([{ msgid: '<late@x>', reason: null }])
    expect(decide(trailer({ is_other: 1 }), early)).toMatchObject([
      { msgid: '<early@x>', reason: 'other-address' },
    ])
    expect(decide(late, trailer({ kind: 'Tested-by' }))).toHaveLength(2)
  })

  it('does not count those of the submitter, whichever person sends them', () => {
    expect(
      decide(trailer(SUBMITTER), trailer({ ...SUBMITTER, kind: 'Acked-by', is_other: 1 })),
    ).toMatchObject([{ reason: 'own' }, { reason: 'own' }])
  })

  it.each([
    ['all', 1],
    ['2', 1],
    ['1-3', 1],
    ['1,3', 0],
    ['3-9', 0],
  ])('takes those for %s as far as they are for it', (scope, count) => {
    expect(decide(trailer({ scope, via: 'cover', mail_patch_id: null }))).toHaveLength(count)
    expect(decide(trailer({ scope, mail_patch_id: 9 }))).toHaveLength(count)
  })
})

it('b4 finds replies by In-Reply-To, or by a single reference', () => {
  expect(isThreadedForB4('Subject: x\nIn-Reply-To: <a@x>\nReferences: <b@x> <a@x>')).toBe(true)
  expect(isThreadedForB4('References: <a@x>\nSubject: x')).toBe(true)
  expect(isThreadedForB4('References: <b@x>\n <a@x>\nSubject: <x>')).toBe(false)
  expect(isThreadedForB4('Subject: <x>')).toBe(false)
})

it('a mail answers the nearest mail first', () => {
  expect(idsAnswered('In-Reply-To: <b@x>\nReferences: <a@x>\n\t<b@x>\nSubject: <x>')).toEqual([
    '<b@x>',
    '<b@x>',
    '<a@x>',
  ])
  expect(idsAnswered('Subject: <x>')).toEqual([])
})
