import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** The first socket that systemd hands over (sd_listen_fds(3)). */
export const FIRST_SOCKET = 3

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Listens on the socket that systemd passed, if there is one, else on a host and a port; returns the address. systemd
 * holds its socket open while the server restarts: clients wait during that time, and none is refused.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { host: string; port: number },
  environment: Environment,
): Promise<string> {
  if (!hasSocket(environment)) {
    await app.listen({ host, port })
    // Port 0 is one that is free.
    return addressOf(host, (app.server.address() as AddressInfo).port)
  }
  await app.ready()
  app.server.listen({ fd: FIRST_SOCKET })
  await once(app.server, 'listening')
  return SOCKET_NAME
}

/** How the socket of systemd is called in messages. */
export const SOCKET_NAME = 'the socket of systemd'

export function addressOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
}

/** Whether systemd passed a socket to this process. */
export function hasSocket({ LISTEN_FDS, LISTEN_PID }: Environment): boolean {
  return LISTEN_PID === String(process.pid) && Number(LISTEN_FDS) >= 1
}
