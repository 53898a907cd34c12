import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { expect, it } from 'vitest'
import { listen } from '../../src/cli/listen.js'

it('says on which port it listens where it may choose one', async () => {
  const app = fastify()
  try {
    const address = await listen(app, { host: '127.0.0.1', port: 0 }, {})
    expect(address).toBe(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`)
    expect((await fetch(address)).status).toBe(404)
  } finally {
    await app.close()
  }
})
