import type { FastifyInstance } from 'fastify'
import { csrfToken } from '../../src/auth/session.js'

/** The response to a request. */
export interface Seen {
  status: number
  body: string
  /** Where it leads; empty: nowhere. */
  location: string
  headers: Record<string, unknown>
}

/**
 * A browser without a screen: keeps cookies, and sends forms with the token of the page that it saw. `__Host-`
 * cookies are known by their plain names.
 */
export class Visitor {
  readonly #app: FastifyInstance
  readonly #address: string
  readonly cookies = new Map<string, string>()
  /** The prefix of cookie names; known once the site has set one. */
  #prefix = ''

  constructor(app: FastifyInstance, address = '192.0.2.1') {
    this.#app = app
    this.#address = address
  }

  async get(url: string): Promise<Seen> {
    return await this.#send('GET', url)
  }

  /** Sends a form; several values of one name as a list. */
  async submit(url: string, fields: Record<string, string | readonly string[]> = {}): Promise<Seen> {
    const secret = this.cookies.get('patchwork_session') ?? this.cookies.get('patchwork_form')
    const form = new URLSearchParams(secret === undefined ? {} : { csrf: csrfToken(secret) })
    for (const [name, values] of Object.entries(fields))
      for (const value of [values].flat()) form.append(name, value)
    return await this.#send('POST', url, form.toString())
  }

  /** Logs in as people do, from the page with the form. */
  async logIn(username: string, password: string): Promise<Seen> {
    await this.get('/user/login/')
    return await this.submit('/user/login/', { username, password })
  }

  async #send(method: 'GET' | 'POST', url: string, payload?: string): Promise<Seen> {
    const response = await this.#app.inject({
      method,
      url,
      remoteAddress: this.#address,
      headers: {
        accept: 'text/html',
        cookie: [...this.cookies].map(([name, value]) => `${this.#prefix}${name}=${value}`).join('; '),
        ...(payload === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(payload === undefined ? {} : { payload }),
    })
    for (const { name: sent, value } of response.cookies) {
      if (sent.startsWith('__Host-')) this.#prefix = '__Host-'
      const name = sent.slice(this.#prefix.length)
      if (value) this.cookies.set(name, value)
      else this.cookies.delete(name)
    }
    const { statusCode: status, body, headers } = response
    return { status, body, headers, location: headers.location ?? '' }
  }
}
