import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { toTime } from '../../../src/util/time.js'
import { happen, insertHook } from '../../support/webhooks.js'
import { describeSite } from './support.js'

const ROOT = join(import.meta.dirname, '../../..')
const LISTENS = '.listen(9000)'

/** The program of docs/bots.md, which says at first where it listens: on any free port. */
function receiverOfGuide(): string {
  const [, program = ''] = /^```js\n([^]*?)^```/m.exec(readFileSync(join(ROOT, 'docs/bots.md'), 'utf8')) ?? []
  expect(program).toContain(LISTENS)
  const folder = mkdtempSync(join(tmpdir(), 'patchwork-receiver-'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const file = join(folder, 'receiver.mjs')
  const anywhere = ".listen(0, '127.0.0.1', function () { console.log(this.address().port) })"
  writeFileSync(file, program.replace(LISTENS, anywhere))
  return file
}

describeSite('the receiver of the guide for bots', (site) => {
  it('prints each event once, and refuses what nobody signed', async () => {
    const id = await insertHook(site.api.db, {})
    const { secret } = await site.row(id)
    // The receiver compares the time of a message with that of the machine.
    site.time = Date.now()
    const receiver = spawn(process.execPath, [receiverOfGuide()], {
      env: { ...process.env, WEBHOOK_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let printed = ''
    receiver.stdout.on('data', (data: Buffer) => (printed += data.toString()))
    while (!printed.includes('\n')) await once(receiver.stdout, 'data')
    const address = `http://127.0.0.1:${Number(printed)}/`
    await site.api.db.updateTable('webhooks').set({ address }).where('id', '=', id).execute()

    await happen(site.api.db, 2, toTime(new Date(site.time)))
    expect(await site.run()).toMatchObject({ delivered: 2, failed: 0 })
    const forged = await fetch(address, { method: 'POST', body: '{"type":"patch-created"}' })
    expect(forged.status).toBe(401)
    receiver.kill()
    await once(receiver, 'close')
    expect(printed.match(/^patch-created \{/gm)).toHaveLength(2)
  })
})
