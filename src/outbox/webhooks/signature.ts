import { createHmac } from 'node:crypto'
import type { OutgoingMessage } from './delivery.js'

/** Signatures of Standard Webhooks (https://www.standardwebhooks.com), and that of WebSub beside them. */

const PREFIX = 'whsec_'

/** The headers that prove a message to be ours: a signature by each of its secrets. */
export function signatureHeaders({ id, sent, secrets, body }: OutgoingMessage): Record<string, string> {
  const timestamp = String(Math.floor(sent / 1000))
  const v1 = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
  })
  // This form has room for one signature; receivers of it use the secret as it is written.
  const hub = createHmac('sha256', secrets[0] ?? '')
    .update(body)
    .digest('hex')
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': v1.join(' '),
    'x-hub-signature-256': `sha256=${hub}`,
  }
}
