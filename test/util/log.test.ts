import { expect, it } from 'vitest'
import { makeLog } from '../../src/util/log.js'

function logged(write: (log: ReturnType<typeof makeLog>) => void): Record<string, unknown> {
  let line = ''
  write(makeLog({ logLevel: 'info' }, { write: (text: string) => void (line += text) }))
  expect(line).toMatch(/^[^\n]*\n$/)
  return JSON.parse(line) as Record<string, unknown>
}

it('logs no password, wherever in a line it stands', () => {
  const error = Object.assign(new Error('https://a:se"cret@x/ does not answer'), {
    input: 'postgres://a:s@ecret@db/pw',
    nested: { list: ['password=secret'] },
  })
  const line = logged((log) =>
    log.error({ err: error, source: 'inbox:https://a:secret@x/' }, 'smtp://a:secret@x'),
  )
  expect(JSON.stringify(line)).not.toContain('ecret')
  expect(line).toMatchObject({ level: 50, msg: 'smtp://a:***@x', source: 'inbox:https://a:***@x/' })
})

it('leaves lines without secrets as they are', () => {
  expect(logged((log) => log.info({ count: 3, at: '/a=b' }, 'x'))).toMatchObject({
    count: 3,
    at: '/a=b',
    msg: 'x',
  })
})
