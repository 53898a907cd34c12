import { isIP } from 'node:net'
import { Invalid } from './errors.js'

/** Everything that can be set, read once from the environment; nobody else looks there. */
export interface Config {
  /** `sqlite:PATH` or `postgres://…` */
  readonly databaseUrl: string
  /** Where people reach us, without a slash at its end; undefined: as the request says. */
  readonly publicUrl: string | undefined
  /** How requests are taken; absent: as `HTTP_DEFAULTS` says. */
  readonly http?: HttpSettings
}

/** What the server believes of requests, and how much of them it takes. */
export interface HttpSettings {
  /** Names that a request may address us by, in lower case, IPv6 without brackets; `*.example.org` is any below it. */
  readonly trustedHosts: readonly string[]
  /** Addresses and networks whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Undefined: no limit. */
  readonly rateLimit: RateLimit | undefined
  /** Largest body of a request, in bytes. */
  readonly bodyLimit: number
}

/** So many requests in so many milliseconds. */
export interface RateLimit {
  readonly requests: number
  readonly window: number
}

const DEFAULT_DATABASE_URL = 'sqlite:data/patchwork.db'

const MEBIBYTE = 1024 * 1024

export const HTTP_DEFAULTS: HttpSettings = Object.freeze({
  trustedHosts: ['localhost', '127.0.0.1', '::1'],
  trustedProxies: [],
  rateLimit: undefined,
  bodyLimit: MEBIBYTE,
})

const WINDOWS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/**
 * Reads the configuration; throws Invalid with a sentence for a value that can't be meant. `listensOn` are the
 * names of the server's own address: by default they are trusted as well.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  listensOn: readonly string[] = [],
): Config {
  return Object.freeze({
    databaseUrl: databaseUrl(environment.PATCHWORK_DATABASE_URL),
    publicUrl: publicUrl(environment.PATCHWORK_PUBLIC_URL),
    http: Object.freeze({
      trustedHosts: trustedHosts(environment.PATCHWORK_TRUSTED_HOSTS, listensOn),
      trustedProxies: trustedProxies(environment.PATCHWORK_TRUSTED_PROXIES),
      rateLimit: rateLimit(environment.PATCHWORK_RATE_LIMIT),
      bodyLimit: bodyLimit(environment.PATCHWORK_BODY_LIMIT),
    }),
  })
}

function databaseUrl(value: string | undefined): string {
  const url = value || DEFAULT_DATABASE_URL
  // SQLite's `:memory:` would be another database for each connection.
  if (/^sqlite:[^:]/.test(url) || /^postgres(ql)?:\/\//.test(url)) return url
  throw new Invalid('PATCHWORK_DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.')
}

function publicUrl(value: string | undefined): string | undefined {
  if (!value) return undefined
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Invalid('PATCHWORK_PUBLIC_URL must be an address such as https://patchwork.example.org.')
  return value.replace(/\/+$/, '')
}

/** A list between commas; without a value it is empty. */
function words(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function trustedHosts(value: string | undefined, listensOn: readonly string[]): string[] {
  const named = words(value).map(hostName)
  if (named.every((name) => isIP(name) || /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)))
    return named.length > 0 ? named : [...HTTP_DEFAULTS.trustedHosts, ...listensOn.map(hostName)]
  throw new Invalid(
    'PATCHWORK_TRUSTED_HOSTS must be host names without ports, such as patchwork.example.org, *.example.net.',
  )
}

function hostName(text: string): string {
  return text.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}

function trustedProxies(value: string | undefined): string[] {
  return words(value).map((proxy) => {
    const [address = '', bits, ...rest] = proxy.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    if (isIP(address) && isNetwork && rest.length === 0) return proxy
    throw new Invalid(
      'PATCHWORK_TRUSTED_PROXIES must be addresses or networks, such as 127.0.0.1, 10.0.0.0/8.',
    )
  })
}

function rateLimit(value: string | undefined): RateLimit | undefined {
  if (!value) return undefined
  const [, requests, unit] = /^(\d{1,9})\/(second|minute|hour|day)$/.exec(value.trim()) ?? []
  if (!Number(requests)) throw new Invalid('PATCHWORK_RATE_LIMIT must be a rate such as 600/minute.')
  return { requests: Number(requests), window: WINDOWS[unit as keyof typeof WINDOWS] }
}

function bodyLimit(value: string | undefined): number {
  if (!value) return HTTP_DEFAULTS.bodyLimit
  const bytes = /^\d{1,10}$/.test(value) ? Number(value) : 0
  if (bytes >= 1024 && bytes <= 1024 * MEBIBYTE) return bytes
  throw new Invalid('PATCHWORK_BODY_LIMIT must be a number of bytes, from 1024 to 1073741824.')
}
