import { describe, expect, it } from 'vitest'
import { isReplySubject, parseSubject, subjectFor } from '../../src/mail/subject.js'

describe('parseSubject', () => {
  it.each([
    ['[PATCH] lamp: light it', 'lamp: light it', [], undefined, 1],
    ['[PATCH v2 1/3] lamp: light it', '[v2,1/3] lamp: light it', ['v2', '1/3'], { number: 1, total: 3 }, 2],
    ['Re: [PATCH 2/3] x', '[2/3] x', ['2/3'], { number: 2, total: 3 }, 1],
    ['Fwd: [PATCH] x', 'x', [], undefined, 1],
    ['[Lamps] [PATCH RFC,V3] x', '[RFC,V3] x', ['RFC', 'V3'], undefined, 3],
    ['[PATCH1/8] x', '[PATCH1/8] x', ['PATCH1/8'], { number: 1, total: 8 }, 1],
    ['[PATCH 2 of 5] x', '[2 of 5] x', ['2 of 5'], { number: 2, total: 5 }, 1],
    ['[PATCH] x (v4)', 'x (v4)', [], undefined, 4],
    ['[PATCH 0/2] cover', '[0/2] cover', ['0/2'], { number: 0, total: 2 }, 1],
    ['[[PATCH v3] 0/4] x', '[v3,0/4] x', ['v3', '0/4'], { number: 0, total: 4 }, 3],
    ['[[PATCH 1/2]] x', '[1/2] x', ['1/2'], { number: 1, total: 2 }, 1],
    ['[PATCH [v2] x', '[v2] x', ['v2'], undefined, 2],
    ['[PATCHv4 1/2] x', '[v4,1/2] x', ['v4', '1/2'], { number: 1, total: 2 }, 4],
    ['[PATCH-v3 1/2] x', '[v3,1/2] x', ['v3', '1/2'], { number: 1, total: 2 }, 3],
    ['[PATCH_v4] x', '[v4] x', ['v4'], undefined, 4],
    ['[RFCv2 PATCH] x', '[RFC,v2] x', ['RFC', 'v2'], undefined, 2],
    ['[RFCPATCHv3 1/2] x', '[RFCPATCH,v3,1/2] x', ['RFCPATCH', 'v3', '1/2'], { number: 1, total: 2 }, 3],
    ['[RFC-PATCHv3 1/2] x', '[RFC-PATCH,v3,1/2] x', ['RFC-PATCH', 'v3', '1/2'], { number: 1, total: 2 }, 3],
    ['[PATCHv2-RESEND 1/2] x', '[v2,RESEND,1/2] x', ['v2', 'RESEND', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v5.1 10/12] x', '[v5.1,10/12] x', ['v5.1', '10/12'], { number: 10, total: 12 }, 5],
    ['[PATCHv5.1 10/12] x', '[v5.1,10/12] x', ['v5.1', '10/12'], { number: 10, total: 12 }, 5],
    ['Re: RE: [PATCH v2] x', '[v2] x', ['v2'], undefined, 2],
    ['[EXTERNAL] Re: [PATCH v2] x', '[v2] x', ['v2'], undefined, 2],
    ['[PATCH] sv: drop old drivers', 'sv: drop old drivers', [], undefined, 1],
    ['[PATCH v2-1/2] x', '[v2-1/2] x', ['v2-1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH (v2) (1/2)] x', '[(v2),(1/2)] x', ['(v2)', '(1/2)'], { number: 1, total: 2 }, 2],
    ['[PATCH/v3] x', '[PATCH/v3] x', ['PATCH/v3'], undefined, 3],
    ['[PATCH/RFCv2 1/2] x', '[PATCH/RFC,v2,1/2] x', ['PATCH/RFC', 'v2', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v4l-utils v4l2;] x', '[v4l-utils,v4l2;] x', ['v4l-utils', 'v4l2;'], undefined, 1],
    ['[PATCH]v2 x', 'v2 x', [], undefined, 2],
    ['[PATCH] v2: x', 'v2: x', [], undefined, 2],
    ['[PATCH]: V3 - x', ': V3 - x', [], undefined, 3],
    ['[PATCH] v2 1/3 x', 'v2 1/3 x', [], { number: 1, total: 3 }, 2],
    ['[PATCH] 1/3: x', '1/3: x', [], { number: 1, total: 3 }, 1],
    ['[PATCH] 1/3 of the lamps', '1/3 of the lamps', [], undefined, 1],
    ['[PATCH] v4l2: x', 'v4l2: x', [], undefined, 1],
    ['[PATCH] v4.19: x', 'v4.19: x', [], undefined, 1],
    ['[PATCH ver2 1/3] x', '[ver2,1/3] x', ['ver2', '1/3'], { number: 1, total: 3 }, 2],
    ['[PATCH version 3] x', '[version3] x', ['version3'], undefined, 3],
    ['[PATCH v 2 1 / 3] x', '[v2,1/3] x', ['v2', '1/3'], { number: 1, total: 3 }, 2],
    ['[PATCH "v2" 1/ 2] x', '["v2",1/2] x', ['"v2"', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v2_1/3] x', '[v2_1/3] x', ['v2_1/3'], { number: 1, total: 3 }, 2],
    ['[PATCH+v2 1/2] x', '[v2,1/2] x', ['v2', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH 1 of 3 V2] x', '[1 of 3,V2] x', ['1 of 3', 'V2'], { number: 1, total: 3 }, 2],
    ['[PATCH v2 1 of 3] x', '[v2,1,of,3] x', ['v2', '1', 'of', '3'], { number: 1, total: 3 }, 2],
    ['[PATCH net, 0 of 3] x', '[net,0,of,3] x', ['net', '0', 'of', '3'], { number: 0, total: 3 }, 1],
    ['[PATCH] 1 of 3 lamps', '1 of 3 lamps', [], undefined, 1],
    ['[PATCH of shades 3] x', '[of,shades,3] x', ['of', 'shades', '3'], undefined, 1],
    ['[PATCH;v2 1/2] x', '[v2,1/2] x', ['v2', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v5.10 v2 1/3] x', '[v5.10,v2,1/3] x', ['v5.10', 'v2', '1/3'], { number: 1, total: 3 }, 2],
    ['【PATCH v2 1／2】x', '[v2,1/2] x', ['v2', '1/2'], { number: 1, total: 2 }, 2],
    ['［PATCH］ x', 'x', [], undefined, 1],
    ['[PATCH v３ 1/２] x', '[v３,1/２] x', ['v３', '1/２'], { number: 1, total: 2 }, 3],
    ['v2 [PATCH 1/2] x', 'v2 [PATCH 1/2] x', [], { number: 1, total: 2 }, 2],
    ['v2, [RFC PATCH] x', 'v2, [RFC PATCH] x', [], undefined, 2],
    ['v2 [lamp] x', 'v2 [lamp] x', [], undefined, 1],
    ['【lamp】x', '【lamp】x', [], undefined, 1],
    ['lamp: [PATCH v2 1/2] x', 'lamp: [PATCH v2 1/2] x', [], { number: 1, total: 2 }, 2],
    ['[lamps] lamp: [PATCH v2] x', 'lamp: [PATCH v2] x', [], undefined, 2],
    ['ping: [PATCH v2 0/2] x', 'ping: [PATCH v2 0/2] x', [], undefined, 1],
    ['AW: [PATCH v2] x', '[v2] x', ['v2'], undefined, 2],
    ['PATCH 1/2: x', 'PATCH 1/2: x', [], { number: 1, total: 2 }, 1],
    ['PATCH v2 1/2 x', 'PATCH v2 1/2 x', [], { number: 1, total: 2 }, 2],
    ['PATCHv3: x', 'PATCHv3: x', [], undefined, 3],
    ['[PATCH v2 1/2 x', '[PATCH v2 1/2 x', [], { number: 1, total: 2 }, 2],
    ['PATCH v2 1/2] x', 'PATCH v2 1/2] x', [], { number: 1, total: 2 }, 2],
    ['(RFC PATCH v2 0/2) x', '(RFC PATCH v2 0/2) x', [], { number: 0, total: 2 }, 2],
    ['patch 3/4 inch screws', 'patch 3/4 inch screws', [], { number: 3, total: 4 }, 1],
    ['patch the lamp 1/2: x', 'patch the lamp 1/2: x', [], undefined, 1],
    ['PATCH and v2: x', 'PATCH and v2: x', [], undefined, 1],
    ['[PATCH v2resend 1/2] x', '[v2resend,1/2] x', ['v2resend', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v2_rfc] x', '[v2_rfc] x', ['v2_rfc'], undefined, 2],
    ['[PATCH v2-RESEND 1/2] x', '[v2-RESEND,1/2] x', ['v2-RESEND', '1/2'], { number: 1, total: 2 }, 2],
    ['[PATCH v3-next 1/2] x', '[v3-next,1/2] x', ['v3-next', '1/2'], { number: 1, total: 2 }, 3],
    ['[PATCH v4.9-rt 1/2] x', '[v4.9-rt,1/2] x', ['v4.9-rt', '1/2'], { number: 1, total: 2 }, 1],
    ['[PATCH v8-M 1/2] x', '[v8-M,1/2] x', ['v8-M', '1/2'], { number: 1, total: 2 }, 1],
    ['[PATCH 02.1/03] x', '[02.1/03] x', ['02.1/03'], undefined, 1],
    ['[PATCH v2 2.5/4] x', '[v2,2.5/4] x', ['v2', '2.5/4'], undefined, 2],
    ['[unclosed x', '[unclosed x', [], undefined, 1],
  ])('%s', (subject, name, prefixes, marker, version) => {
    expect(parseSubject(subject, ['lamps'])).toMatchObject({ name, prefixes, marker, version })
  })

  it.each([
    '[PATCH v2-RESEND] x',
    '[PATCH RESEND2 1/2] x',
    '[RESEND PATCH] x',
    '[PATCH/RESEND] x',
    '[PATCH v2-resend 1/2] x',
  ])('%s is posted again', (subject) => expect(parseSubject(subject, []).isResent).toBe(true))

  it.each([
    '[EXTERN] AW: [PATCH v2 1/2] x',
    'AW: [EXTERNAL] Re: [PATCH v2 1/2] x',
    'SV[2]: [PATCH v2 1/2] x',
  ])('finds the prefixes of a reply behind words of all languages: %j', (subject) => {
    expect(parseSubject(subject, [], true)).toMatchObject({ name: '[v2,1/2] x', version: 2 })
    const mail = { subject, parsedSubject: undefined, isReply: true }
    expect(subjectFor(mail, ['lamps']).version).toBe(2)
  })

  it('cuts a name at 255 characters without halving one', () => {
    expect(parseSubject('🏮'.repeat(300), []).name).toBe('🏮'.repeat(255))
  })
})

const subjectOf = (length: number) => `[PATCH v2 ${'1 '.repeat((length - 16) / 2)}3/4] x`

describe('parseSubject of a long subject', () => {
  it('reads prefixes up to 4,096 characters', () => {
    expect(parseSubject(subjectOf(4096), [])).toMatchObject({ version: 2, marker: { number: 3, total: 4 } })
    expect(parseSubject(subjectOf(4100), [])).toMatchObject({ prefixes: [], marker: undefined })
    expect(parseSubject(subjectOf(4100), []).name).toHaveLength(255)
  })

  it('does not count white space', () => {
    expect(parseSubject(`[PATCH${' '.repeat(10_000)}v2] x`, []).prefixes).toEqual(['v2'])
  })
})

describe('subjectFor', () => {
  it.each([
    '[PATCH lamps v2 1/3] light it',
    '[Lamps] [PATCH net] light it',
    'Re: [lamps 1/2] light it',
    '[PATCH] lamps: light it',
  ])('is for each project what parsing it anew gives: %s', (subject) => {
    for (const dropped of [['lamps'], ['net', 'lamps'], ['other'], []])
      expect(subjectFor({ subject, parsedSubject: parseSubject(subject, []) }, dropped)).toEqual(
        parseSubject(subject, dropped),
      )
  })

  it('is not parsed again unless a project drops one of its prefixes', () => {
    const subject = '[PATCH net 1/2] light it'
    const parsedSubject = parseSubject(subject, [])
    expect(subjectFor({ subject, parsedSubject }, ['lamps'])).toBe(parsedSubject)
    expect(subjectFor({ subject, parsedSubject: undefined }, ['lamps'])).toEqual(parsedSubject)
    expect(subjectFor({ subject, parsedSubject }, ['NET']).prefixes).toEqual(['1/2'])
  })
})

describe('isReplySubject', () => {
  it.each([
    ['Re: x', true],
    ['RE: x', true],
    ['Re：x', true],
    ['RE[2]: x', true],
    ['Re(3): x', true],
    ['Re : x', true],
    ['Re-2: x', true],
    ['ＲＥ：x', true],
    ['SPAM: Re: x', true],
    ['(lamps:00012) Re: x', true],
    ['(lamps 12) x', false],
    ['【外部】Re: [PATCH] x', true],
    ['【PATCH v2】Re: x', false],
    ['[EXTERNAL] Re: [PATCH] x', true],
    ['[lamps] [EXT] RE: [PATCH] x', true],
    ['EXTERNAL: Re: [PATCH] x', true],
    ['***SPAM*** Re: [PATCH] x', true],
    ['[PATCH] re: x', false],
    ['[PATCH 1/2] Re: x', false],
    ['[EXTERNAL] [PATCH] x', false],
    ['re2: x', false],
    ['Reuse the lamp', false],
    ['Fwd: x', false],
    ['AW: [PATCH] x', false],
  ])('%s', (subject, expected) => expect(isReplySubject(subject)).toBe(expected))

  it.each([
    ['AW'],
    ['Antw'],
    ['SV'],
    ['VS'],
    ['RES'],
    ['Odp'],
    ['TR'],
    ['RV'],
    ['YNT'],
    ['Vá'],
    ['R'],
    ['RIF'],
    ['ΑΠ'],
    ['Отв'],
    ['HA'],
    ['回复'],
    ['答复'],
    ['답장'],
    ['ตอบ'],
    ['תשובה'],
    ['رد'],
    ['AW[2]'],
    ['TB'],
    ['RÉ'],
    ['Réf.'],
    ['Betr'],
    ['Vast'],
    ['Odgovor'],
    ['Balas'],
    ['Відп'],
    ['Відповідь'],
    ['Válasz'],
    ['Réponse'],
    ['Re\u0301ponse'],
    ['Respuesta'],
    ['Yanıt'],
    ['Răspuns'],
    ['Vastaus'],
    ['Trả lời'],
    ['Automatische Antwort'],
    ['Automatic reply'],
    ['転送'],
  ])('%s in a mail that answers one', (word) => {
    expect(isReplySubject(`${word}: [PATCH] x`, true)).toBe(true)
    expect(isReplySubject(`${word}：[PATCH] x`, true)).toBe(true)
    expect(isReplySubject(`[EXT] ${word}: Re: [PATCH] x`, true)).toBe(true)
    expect(isReplySubject(`[PATCH] ${word}: x`, true)).toBe(false)
  })

  it('takes small letters for a subsystem unless brackets follow', () => {
    expect(isReplySubject('sv: drop old drivers', true)).toBe(false)
    expect(isReplySubject('sv: [PATCH] lamp', true)).toBe(true)
    expect(isReplySubject('fs: [PATCH v2 2/3] lamp', true)).toBe(false)
    expect(isReplySubject('net: R: lamp', true)).toBe(false)
  })
})
