import { describe, expect, it } from 'vitest'
import { readMessageTrailers, readReplyTrailers, splitMessage } from '../../src/mail/trailer-reader.js'
import { expectLinear } from '../support/linear.js'

const IDA = 'Ida Rower <ida@example.org>'

/** Kind, address or name, scope and remark of each trailer. */
function read(text: string): unknown[] {
  return readReplyTrailers(text).map(({ kind, email, name, scope, remark }) =>
    [kind, email ?? name, scope, remark?.trim()].filter((each) => each !== undefined),
  )
}

describe('readReplyTrailers', () => {
  it.each([
    [`Reviewed-by: ${IDA}`, [['Reviewed-by', 'ida@example.org']]],
    [`  Tested-by: ${IDA}`, [['Tested-by', 'ida@example.org']]],
    ['Reviewed-by: Ida Rower\n<ida@example.org>', [['Reviewed-by', 'ida@example.org']]],
    ['Reviewed-by: Ida Rower\n  <ida@example.org>', [['Reviewed-by', 'ida@example.org']]],
    [
      '    Reviewed-by: Ida Rower\n    <ida@example.org>\n    Thanks for it.',
      [['Reviewed-by', 'ida@example.org']],
    ],
    [`Acked-by: ${IDA} # for the oars`, [['Acked-by', 'ida@example.org', '# for the oars']]],
    [`Acked-by: ${IDA}\n[only the oars]`, [['Acked-by', 'ida@example.org', '[only the oars]']]],
    ['Whatever-it-is-by: ida@example.org', [['Whatever-it-is-by', 'ida@example.org']]],
    ['Reviewed-by: Ida Rower', [['Reviewed-by', 'Ida Rower']]],
    ['Fixes: 0123456789ab ("oar: row")', [['Fixes']]],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual(expected)
  })

  it.each([
    `> Reviewed-by: ${IDA}`,
    `-- \nReviewed-by: ${IDA}`,
    `diff --git a/x b/x\n Reviewed-by: ${IDA}`,
    `-----Original Message-----\nReviewed-by: ${IDA}`,
    'Reviewed-by: Ida Rower <ida@example.org> once the nits are fixed.',
    'Reviewed-by: whoever likes',
    `From: ${IDA}`,
    `Cc: ${IDA}`,
    'Link: https://example.org/ida@example.org/x',
    'Note: I like it',
  ])('reads nothing in %j', (text) => {
    expect(read(text)).toEqual([])
  })

  it.each([
    [`Reviewed-by: ${IDA} for patches 1-3`, '1-3'],
    [`Reviewed-by: ${IDA} (for patch 2)`, '2'],
    [`Reviewed-by: ${IDA} # patches 1 and 3`, '1,3'],
    [`Reviewed-by: ${IDA} for patches 1-3.`, '1-3'],
    [`Reviewed-by: ${IDA}\n[patches 1, 2 and 4]`, '1,2,4'],
    [`For the series:\n\nReviewed-by: ${IDA}`, 'all'],
    [`For the whole series,\nReviewed-by: ${IDA}`, 'all'],
    [`Patches 1-3 look good to me:\nReviewed-by: ${IDA}`, '1-3'],
    [`Reviewed-by: ${IDA}\nfor the series.`, 'all'],
    [`For 1/4 and 3/4:\nReviewed-by: ${IDA}`, '1,3'],
    [`For patches 2 to 4\nReviewed-by: ${IDA}`, '2-4'],
    [`Patch 2 needs work.\n\nReviewed-by: ${IDA}`, undefined],
    [`Two things on patch 2:\n\nReviewed-by: ${IDA}`, undefined],
    [`The rest is for the series of lamps.\nReviewed-by: ${IDA}`, undefined],
  ])('knows which patches %j is for', (text, scope) => {
    expect(readReplyTrailers(text).map((trailer) => trailer.scope)).toEqual([scope])
  })

  it('gives what is above a block to all of it, and what introduces the next one to that', () => {
    const text = `For patch 1:\nReviewed-by: ${IDA}\nTested-by: ${IDA}\n\nFor patch 2:\nAcked-by: ${IDA}\n`
    expect(read(text).map((each) => (each as string[])[2])).toEqual(['1', '1', '2'])
  })

  it('keeps the value as b4 does, without the remark', () => {
    expect(readReplyTrailers(`Reviewed-by: ${IDA} (Acme) # all`)).toMatchObject([
      { value: `${IDA} (Acme)`, remark: ' # all', name: 'Ida Rower', scope: 'all' },
    ])
  })

  it('takes linear time, and at most a hundred', async () => {
    const plain = `Reviewed-by: ${IDA}\n`
    expect(readReplyTrailers(plain.repeat(20_000))).toHaveLength(100)
    const hostile = [`${'Reviewed-by: ('.repeat(50)}\n`, `Reviewed-by: x\n${' '.repeat(900)}\n`]
    for (const each of [plain, ...hostile])
      await expectLinear((count) => readReplyTrailers(each.repeat(count)), { size: 1000 })
  })
})

describe('readMessageTrailers', () => {
  it('reads the last paragraph, and persons in the text before it', () => {
    const text = `Row.\n\nReviewed-by: ${IDA}\nNote: nothing\n\nFixes: x\nCc: a@b.c\nSigned-off-by: ${IDA}\n---\nAcked-by: ${IDA}`
    expect(readMessageTrailers(text).map(({ kind }) => kind)).toEqual([
      'Reviewed-by',
      'Fixes',
      'Cc',
      'Signed-off-by',
    ])
  })

  it('splits a message into its text and its trailers', () => {
    const { text, trailers } = splitMessage(`Row.\n\nFaster.\nSigned-off-by: ${IDA}\n[Ola: oars]\n`)
    expect(text).toBe('Row.\n\nFaster.')
    expect(trailers).toMatchObject([{ kind: 'Signed-off-by', value: IDA, remark: '[Ola: oars]' }])
    expect(splitMessage('Row: it is\nnice').text).toBe('nice')
    const warning = 'oar.c:12:20: warning: nested declaration\n   12 |   extern int row(void);\n      |   ^~~'
    expect(splitMessage(`Row.\n\n${warning}\noar.c:13:1: warning: unused\n`).trailers).toMatchObject([
      { kind: 'oar.c:12:20', value: 'warning: nested declaration' },
      { kind: 'oar.c:13:1', value: 'warning: unused' },
    ])
    expect(splitMessage('').text).toBe('')
  })
})
