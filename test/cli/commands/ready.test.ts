import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ProcessResult, runCli } from '../../support/cli.js'

describe('ready', () => {
  let server: Server | undefined
  afterEach(() => server?.close())

  async function serving(status: number, body: string): Promise<string> {
    server = createServer((request, response) => {
      response.writeHead(request.url === '/readyz' ? status : 404).end(body)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('is what a server says that it is', async () => {
    expect(await run(await serving(200, 'ok\n'))).toEqual({ code: 0, out: 'ok\n', err: '' })
  })

  it('is not a server that says so, or that is not there', async () => {
    const url = await serving(503, 'the server is stopping\n')
    expect(await run(url)).toEqual({
      code: 1,
      out: '',
      err: 'patchwork: The server is not ready: the server is stopping.\n',
    })
    server?.close()
    expect(await run('http://127.0.0.1:1')).toEqual({
      code: 1,
      out: '',
      err: 'patchwork: There is no response from http://127.0.0.1:1.\n',
    })
  })

  it.each(['nowhere', 'ftp://127.0.0.1', ''])('knows no server at %j', async (url) => {
    const { code, err } = await run(url)
    expect([code, err]).toEqual([1, 'patchwork: The server must be a URL such as http://127.0.0.1:8000.\n'])
  })
})

function run(url: string): Promise<ProcessResult> {
  return runCli('sqlite:/nowhere', 'ready', '--server', url)
}
