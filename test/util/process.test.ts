import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Invalid } from '../../src/util/errors.js'
import { runProcess } from '../../src/util/process.js'
import { until } from '../support/until.js'

const HOUR = 3_600_000

/** Starts a program that starts another, writes its number into a file and hangs; both do not listen to SIGTERM. */
const STUBBORN = 'trap "" TERM; sleep 3600 & echo $! >"$0"; echo out; wait; wait; sleep 3600'

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('another program', () => {
  it('gives its output, its code and what it complains about', async () => {
    const ran = await runProcess('sh', ['-c', 'echo out; echo first >&2; echo last >&2; exit 3'], {
      timeout: HOUR,
    })
    expect(ran).toEqual({ code: 3, out: 'out\n', complaint: 'last', firstComplaint: 'first' })
  })

  it('is told of in one sentence where there is none', async () => {
    const run = runProcess('no-such-program', [], { timeout: HOUR })
    await expect(run).rejects.toThrow(Invalid)
  })

  it('ends with all that it started once its time is over', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'patchwork-process-')), 'child')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const run = runProcess('sh', ['-c', STUBBORN, file], { timeout: 200 })
    await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'))
    const child = Number(readFileSync(file, 'utf8'))
    vi.advanceTimersByTime(200)
    expect(isAlive(child)).toBe(true)
    vi.advanceTimersByTime(2000)
    expect(await run).toMatchObject({ code: -1, complaint: 'sh took longer than 0.2 seconds.' })
    await until(() => !isAlive(child))
  })

  it('ends when it is stopped, also before it began', async () => {
    const stopping = new AbortController()
    const run = runProcess('sleep', ['3600'], { timeout: HOUR, signal: stopping.signal })
    await sleep(50)
    stopping.abort()
    expect(await run).toMatchObject({ code: -1, complaint: 'sleep was stopped.' })
    const late = await runProcess('sleep', ['3600'], { timeout: HOUR, signal: stopping.signal })
    expect(late.code).toBe(-1)
  })

  it('is ended when it prints more than is taken', async () => {
    const ran = await runProcess('yes', [], { timeout: HOUR, maxOutput: 10_000 })
    expect(ran.code).not.toBe(0)
    expect(ran.complaint).toBe('yes printed more than 10000 bytes.')
  })
})
