import type { FastifyRequest } from 'fastify'
import type { Config } from '../config/config.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether people reach us by https: then cookies go nowhere else. */
    isSecure: boolean
  }
}

/** Whether the public address is https, or a trusted proxy says that this request came so. */
export function isHttps(
  { protocol }: Pick<FastifyRequest, 'protocol'>,
  { publicUrl }: Pick<Config, 'publicUrl'>,
): boolean {
  return protocol === 'https' || /^https:/i.test(publicUrl ?? '')
}
