import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { parseArguments } from '../../src/cli/pipe.js'
import { countMails } from '../../src/domain/mails/list.js'
import { startPipeServer } from '../../src/receive/transports/pipe-server.js'
import type { Transport } from '../../src/receive/transports/transport.js'
import { endWithFile } from '../support/children.js'
import { contextOn } from '../support/context.js'
import { describeOnEach } from '../support/database.js'
import { addLamps } from '../support/lamps.js'
import { mail } from '../support/mail.js'

const PATCHWORK = resolve(import.meta.dirname, '../../bin/patchwork')

/** How often each program is measured. */
const RUNS = 5

it.each([
  [['parsemail'], {}],
  [['parsemail', 'mail'], { file: 'mail' }],
  [['parsemail', '--list-id', 'x', 'mail'], { file: 'mail', listId: 'x' }],
  [['parsemail', 'mail', '--list-id=x'], { file: 'mail', listId: 'x' }],
  // The whole program has an answer to these.
  [['parsemail', '--help'], undefined],
  [['parsemail', '-h'], undefined],
  [['parsemail', '--list-id'], undefined],
  [['parsemail', '--list-id', '--help'], undefined],
  [['parsemail', '--', 'mail'], undefined],
  [['parsemail', 'one', 'two'], undefined],
  [['serve'], undefined],
  [[], undefined],
])('of the words %o the pipe understands %o', (words, asked) => {
  expect(parseArguments(words)).toEqual(asked)
})

describeOnEach(
  'parsemail beside a running server',
  (fixture) => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-pipe-'))
    const path = join(folder, 'pipe')
    let server: Transport
    beforeAll(async () => {
      await addLamps(fixture.db)
      server = (await startPipeServer(contextOn(fixture), path)) as Transport
    })
    afterAll(async () => {
      await server.close()
      rmSync(folder, { recursive: true })
    })

    /** Runs `parsemail`, by default without a database of its own. */
    async function pipe(bytes: Buffer, words: string[] = [], url = 'sqlite:/dev/null/none') {
      const child = spawn(process.execPath, [PATCHWORK, 'parsemail', ...words], {
        env: { ...process.env, PATCHWORK_PIPE_SOCKET: path, PATCHWORK_DATABASE_URL: url },
      })
      child.stdin.end(bytes)
      const [out, err, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, 'close') as Promise<[number]>,
      ])
      return { code, out, err }
    }

    it('hands it the mail, and says what became of it', async () => {
      expect(await pipe(mail({ id: 'p@x' }))).toEqual({ code: 0, out: 'patch 1\n', err: '' })
      expect(await pipe(mail({ id: 'other@x' }), ['--list-id', 'boats.example.org'])).toEqual({
        code: 0,
        out: 'ignored: No project has its list.\n',
        err: '',
      })
      const rejected = await pipe(mail({ id: 'broken' }))
      expect([rejected.code, rejected.err]).toEqual([65, expect.stringContaining('was rejected')])
    })

    it('hands it large mails whole', async () => {
      const body = 'A line of text, and then some more.\n'.repeat(60_000)
      expect(await pipe(mail({ id: 'large@x', subject: '[PATCH 0/2] large', body }))).toMatchObject({
        code: 0,
        out: 'cover 1\n',
      })
    })

    it('takes no mail that breaks off', async () => {
      const before = await countMails(fixture.db)
      for (const sent of ['{"size":100}\nSubject: half a', '{"size":1', 'Subject: x\n\n', '[]\n', '']) {
        const socket = connect(path, () => socket.end(sent))
        expect(await text(socket), sent).toBe('')
      }
      expect(await countMails(fixture.db)).toEqual(before)
    })

    it('opens the database itself where the server breaks off', async () => {
      const deaf = createServer((socket) => socket.destroy()).listen(join(folder, 'deaf'))
      await once(deaf, 'listening')
      const child = spawnSync(process.execPath, [PATCHWORK, 'parsemail'], {
        env: {
          ...process.env,
          PATCHWORK_PIPE_SOCKET: join(folder, 'nothing'),
          PATCHWORK_DATABASE_URL: fixture.url,
        },
        input: mail({ id: 'direct@x' }),
        encoding: 'utf8',
      })
      expect([child.status, child.stdout]).toEqual([0, 'patch 2\n'])
      const env = {
        ...process.env,
        PATCHWORK_PIPE_SOCKET: join(folder, 'deaf'),
        PATCHWORK_DATABASE_URL: fixture.url,
      }
      const late = spawn(process.execPath, [PATCHWORK, 'parsemail'], { env })
      late.stdin.end(mail({ id: 'late@x' }))
      expect(await text(late.stdout)).toBe('patch 3\n')
      deaf.close()
    })

    it('takes at most two and a half times the processor of Node.js alone', async () => {
      const timed = (words: string[], input: Buffer) => {
        const script = 'TIMEFORMAT="%U %S"; time "$0" "$@" >/dev/null'
        const { stderr, status } = spawnSync('bash', ['-c', script, process.execPath, ...words], {
          input,
          encoding: 'utf8',
          env: { ...process.env, PATCHWORK_PIPE_SOCKET: join(folder, 'none'), ...environment },
        })
        expect(status, stderr).toBe(0)
        const [user, system] = (stderr.trim().split('\n').at(-1) as string).split(' ')
        return Number(user) + Number(system)
      }
      const environment: NodeJS.ProcessEnv = { PATCHWORK_DATABASE_URL: fixture.url }
      const [alone, piped]: [number[], number[]] = [[], []]
      // The server of this process cannot answer while it waits for a program.
      const answering = endWithFile(spawn(process.execPath, ['-e', ANSWERER, join(folder, 'answering')]))
      await once(answering.stdout, 'data')
      for (let run = 0; run < RUNS; run++) {
        alone.push(timed(['-e', '0'], Buffer.of()))
        environment.PATCHWORK_PIPE_SOCKET = join(folder, 'answering')
        piped.push(timed([PATCHWORK, 'parsemail'], mail({ id: `timed${run}@x` })))
      }
      answering.kill()
      expect(median(piped) / median(alone)).toBeLessThan(2.5)
    })
  },
  'suite',
)

/** Answers each mail as a server does. */
const ANSWERER = `require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.resume().on('end', () => socket.end(JSON.stringify({ code: 0, out: ['patch 1'], err: [] })))
}).listen(process.argv[1], () => console.log('ready'))`

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number
}
