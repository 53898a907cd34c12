import { once } from 'node:events'
import type { FastifyInstance } from 'fastify'

/** The first socket that systemd hands over (sd_listen_fds(3)). */
const FIRST_SOCKET = 3

type Environment = Readonly<Record<string, string | undefined>>

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
    return `http://${host.includes(':') ? `[${host}]` : host}:${port}/`
  }
  await app.ready()
  app.server.listen({ fd: FIRST_SOCKET })
  await once(app.server, 'listening')
  return 'the socket of systemd'
}

function hasSocket({ LISTEN_FDS, LISTEN_PID }: Environment): boolean {
  return LISTEN_PID === String(process.pid) && Number(LISTEN_FDS) >= 1
}
