import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { normalizeIP } from '@fastify/rate-limit'
import { networkTest } from '../util/network.js'
import { writeRawError } from './client-error.js'

/** Open connections of a server; more are closed. */
export const MAX_CONNECTIONS = 4096

interface Limits {
  /** Open connections of one address; an IPv6 network of 64 bits is one. */
  readonly max: number
  /** Addresses and networks that have no limit: many people come through a proxy. */
  readonly trustedProxies: readonly string[]
}

/**
 * Limits the connections of each address, so that no client can use up all connections. A connection above `max`
 * closes the oldest one without a request in progress, such as one whose header never ended, so that others at the
 * same address are still served; if there is none, the new one is refused. Proxies and UNIX sockets have no limit.
 */
export function limitConnections(server: Server, { max, trustedProxies }: Limits): void {
  const isProxy = networkTest(trustedProxies)
  const byAddress = new Map<string, Set<Socket>>()
  // Answers leave a connection in the order of their requests, so that the last one tells whether there is any.
  const answers = new WeakMap<object, ServerResponse>()
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    answers.set(socket, response)
  })
  const isBusy = (socket: Socket) => answers.get(socket)?.writableFinished === false
  const hasRoom = (sockets: Set<Socket>) => {
    if (sockets.size < max) return true
    // Sets keep the order in which their members came.
    for (const socket of sockets)
      if (!isBusy(socket)) {
        sockets.delete(socket)
        socket.destroy()
        return true
      }
    return false
  }
  interceptConnections(server, (socket) => {
    const address = countedAddress(socket, isProxy)
    if (address === undefined) return true
    let sockets = byAddress.get(address)
    if (!sockets) byAddress.set(address, (sockets = new Set()))
    if (!hasRoom(sockets)) return false
    const known = sockets.add(socket)
    socket.once('close', () => {
      known.delete(socket)
      if (known.size === 0 && byAddress.get(address) === known) byAddress.delete(address)
    })
    return true
  })
}

/**
 * Runs a check before the server's own listener: a refused connection gets an answer, and its requests are not read.
 */
function interceptConnections(server: Server, isAllowed: (socket: Socket) => boolean): void {
  const accept = server.listeners('connection')
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!isAllowed(socket)) writeRawError(socket, 429, 'Too many connections from this address.')
    else for (const listener of accept) listener.call(server, socket)
  })
}

/** The key under which a connection is counted; undefined if it has no limit. */
function countedAddress(
  { remoteAddress }: Socket,
  isProxy: (address: string) => boolean,
): string | undefined {
  if (remoteAddress === undefined) return undefined
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '')
  return isProxy(address) ? undefined : normalizeIP(address)
}
