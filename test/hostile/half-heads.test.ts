import { copyFileSync, mkdtempSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { ServerProcess } from '../support/server-process.js'

const HEADS = 4200

it('thousands of heads that are never finished keep no page from being served', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'patchwork-heads-')), 'test.db')
  copyFileSync(inject('sqliteTemplate'), path)
  const server = await ServerProcess.start(`sqlite:${path}`, { PATCHWORK_LOG_LEVEL: 'silent' })
  const sockets: Socket[] = []
  try {
    for (let count = 0; count < HEADS; count++) {
      const socket = connect({ port: server.port, host: '127.0.0.1' })
      socket.on('error', () => {}).write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half:')
      sockets.push(socket)
      // Between them, as an ordinary reader.
      if (count % 600 === 599) expect((await fetch(`http://127.0.0.1:${server.port}/`)).status).toBe(200)
    }
    // Those that are over the limit are closed, so that the server never has all of them.
    while (sockets.filter(({ closed }) => !closed).length > 256)
      await new Promise((resolve) => setTimeout(resolve, 20))
    expect((await fetch(`http://127.0.0.1:${server.port}/api/patches/`)).status).toBe(200)
  } finally {
    for (const socket of sockets) socket.destroy()
    await server.kill()
  }
})
