import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { preparingPool } from '../../../src/db/dialect/postgres-pool.js'

/** A message of PostgreSQL's protocol: its kind, its length and its body. */
function message(kind: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(kind), length, body])
}

it('outlives a server that ends a connection in the packet that opens it', async () => {
  const fatal = 'SFATAL\0C57P01\0Mterminating connection\0\0'
  const opened = [message('R', Buffer.alloc(4)), message('Z', Buffer.from('I'))]
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([...opened, message('E', Buffer.from(fatal))])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as { port: number }
  const errors: string[] = []
  const pool = await preparingPool({
    url: `postgres://mira:lamp@127.0.0.1:${port}/lamps`,
    isDurable: true,
    busyTimeout: 1000,
    listenTimeout: 1000,
    onIdleError: (error: Error) => void errors.push(error.message),
  })
  const client = await pool.connect()
  await expect(client.query('select 1', [])).rejects.toThrow()
  expect(errors[0]).toBe('terminating connection')
  client.release()
})
