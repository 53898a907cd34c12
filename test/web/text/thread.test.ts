import { describe, expect, it } from 'vitest'
import { inThread } from '../../../src/web/text/thread.js'

function mail(name: string, headers = '') {
  return { msgid: `<${name}@x>`, headers }
}

const reply = (name: string, to: string) => mail(name, `In-Reply-To: <${to}@x>`)

function shape(mails: readonly ReturnType<typeof mail>[]): string[] {
  return inThread(mails).map(({ mail: { msgid }, depth }) => `${' '.repeat(depth)}${msgid.slice(1, -3)}`)
}

describe('inThread', () => {
  it('puts answers behind what they answer, in the order they came', () => {
    expect(
      shape([reply('a', 'patch'), reply('b', 'patch'), reply('c', 'a'), reply('d', 'c'), reply('e', 'a')]),
    ).toEqual(['a', ' c', '  d', ' e', 'b'])
  })

  it('finds the nearest reference that is there, whatever the names of headers look like', () => {
    const mails = [
      reply('a', 'patch'),
      reply('b', 'a'),
      mail('c', 'IN-REPLY-TO: <lost@x>\nreferences: <patch@x> <a@x>\n <b@x> <gone@x>'),
    ]
    expect(shape(mails)).toEqual(['a', ' b', '  c'])
  })

  it('shows those too that answer each other in a circle, or themselves', () => {
    expect(shape([reply('a', 'b'), reply('b', 'a'), reply('c', 'c')])).toEqual(['c', 'a', ' b'])
  })

  it('takes a thread of any depth', () => {
    const deep = Array.from({ length: 20_000 }, (_, index) => reply(`${index}`, `${index - 1}`))
    expect(inThread(deep).at(-1)).toMatchObject({ depth: 19_999 })
  })
})
