import type { FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'
import { Invalid } from '../util/errors.js'

/** A host name or an address, and perhaps a port. */
const HOST = /^(?:([a-z0-9_.-]{1,255})|\[([0-9a-f:.]{2,45})\])(?::\d{1,5})?$/

/**
 * The public URL, such as `https://patchwork.example.org`, with which every absolute URL begins: as configured, else
 * from the request; a client that sets the Host header would otherwise control our links. Throws Invalid for an untrusted
 * host.
 */
export function publicUrlOf(
  request: FastifyRequest,
  config: Pick<Config, 'publicUrl' | 'trustedHosts'>,
): string {
  if (config.publicUrl !== undefined) return config.publicUrl
  const host = request.host.toLowerCase()
  if (!isTrusted(host, config.trustedHosts))
    throw new Invalid(
      'This server is not configured for that host name; its operator can add it to PATCHWORK_TRUSTED_HOSTS.',
    )
  return `${request.protocol === 'https' ? 'https' : 'http'}://${host}`
}

function isTrusted(host: string, trusted: readonly string[]): boolean {
  const [, name, address] = HOST.exec(host) ?? []
  const wanted = name ?? address
  return (
    wanted !== undefined &&
    trusted.some((each) => (each.startsWith('*.') ? wanted.endsWith(each.slice(1)) : wanted === each))
  )
}
