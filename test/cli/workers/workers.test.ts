import { afterAll, beforeAll, expect, it } from 'vitest'
import { ingest } from '../../../src/ingest/ingest.js'
import { addAccount } from '../../support/accounts.js'
import { describeOnEach } from '../../support/database.js'
import { addLamps } from '../../support/lamps.js'
import { LmtpSender } from '../../support/lmtp.js'
import { mail } from '../../support/mail.js'
import type { ServerProcess } from '../../support/server-process.js'
import { until } from '../../support/until.js'
import { Client, roleHolder, start, untilComplete } from './support.js'

const TOKEN = 't'.repeat(40)
const ROUNDS = 20

/** For how long the answer to a write waits until the other workers know of it. */
const CHANGE_TIMEOUT_MS = 50

describeOnEach(
  'a server with two workers',
  (fixture) => {
    let server: ServerProcess
    beforeAll(async () => {
      await addLamps(fixture.db)
      await addAccount(fixture.db, 'mira', { token: TOKEN, maintains: [1] })
      await ingest(fixture.db, mail({ id: '1@x', subject: '[PATCH] lamps: light' }), { now: new Date() })
      server = await start(fixture.url)
    })
    afterAll(async () => {
      const { code } = await server.stop()
      expect([code, server.children()]).toEqual([0, []])
    })

    it('shows what one worker wrote in the next answer of the other', async () => {
      const [one, other] = [new Client(server), new Client(server)]
      for (let round = 0; round < ROUNDS; round++) {
        const commit = `${round}`.padStart(40, 'a')
        const path = '/api/1.3/patches/1/'
        const [writer, reader] = round % 2 === 0 ? [one, other] : [other, one]
        // Both remember the answer from now on.
        for (const client of [one, other]) await client.ask(path)
        const asked = performance.now()
        const { status } = await writer.ask(path, { authorization: `Token ${TOKEN}` }, { commit_ref: commit })
        expect(status).toBe(200)
        const isSeen = async () => (await reader.ask(path)).body.includes(commit)
        // A write does not wait longer for workers that are busy.
        if (performance.now() - asked < CHANGE_TIMEOUT_MS) expect(await isSeen()).toBe(true)
        else await until(isSeen)
      }
      one.close()
      other.close()
    })

    it('counts what all workers did', async () => {
      const [one, other] = [new Client(server), new Client(server)]
      const count = async () => {
        const { body } = await one.ask('/metrics')
        const line = /^patchwork_http_request_duration_seconds_count\{[^}]*route="\/healthz"[^}]*\} (\d+)$/m
        return Number(line.exec(body)?.[1] ?? 0)
      }
      for (const client of [one, other, one, other]) expect((await client.ask('/healthz')).status).toBe(200)
      // A worker that takes longer than two seconds is left out of the sum.
      let counted = 0
      await until(async () => (counted = await count()) >= 4)
      expect(counted).toBe(4)
      one.close()
      other.close()
    })

    it('loses only the requests of a worker that dies, and moves its role', async () => {
      const holder = roleHolder(server)
      const hammering = new AbortController()
      const outcomes = { answered: 0, lost: 0 }
      const hammers = Array.from({ length: 6 }, async () => {
        while (!hammering.signal.aborted) {
          const client = new Client(server, false)
          const answer = await client.ask('/api/1.3/patches/').catch(() => undefined)
          if (answer) expect(answer.status).toBe(200)
          outcomes[answer ? 'answered' : 'lost']++
          client.close()
        }
      })
      await until(() => outcomes.answered > 20)
      process.kill(holder, 'SIGKILL')
      await until(() => roleHolder(server) !== holder)
      const { answered } = outcomes
      await until(() => outcomes.answered > answered + 20)
      await untilComplete(server)
      hammering.abort()
      await Promise.all(hammers)
      expect(outcomes.lost).toBeLessThanOrEqual(hammers.length)
      expect(server.workers()).toHaveLength(2)
      const sender = await LmtpSender.open(server.lmtpAddress)
      expect(await sender.send(mail({ id: '2@x', subject: '[PATCH] lamps: dark' }))).toEqual([
        expect.stringMatching(/^250 /),
      ])
      await until(async () => (await fixture.db.selectFrom('patches').select('id').execute()).length === 2)
      sender.close()
    })
  },
  'suite',
)
