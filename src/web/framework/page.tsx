import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { ByteSlots } from './byte-slots.js'

/** Nothing runs, loads or is sent anywhere but what this site itself serves; nothing within the page itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Sends a rendered page with its security headers. */
export function sendPage(reply: FastifyReply, page: VNode, slots = new ByteSlots()): FastifyReply {
  return reply
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'same-origin',
    })
    .send(slots.fill(`<!doctype html>\n${renderToString(page)}`))
}
