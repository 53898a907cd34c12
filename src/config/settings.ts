import { isIP } from 'node:net'
import { LOGIN_SETTINGS } from './login-settings.js'
import { isMailAddress, parseImap, parseMailbox, parseMailTransport } from './mail-settings.js'
import { RETENTION_SETTINGS } from './retention-settings.js'
import { type Fallback, parseList, parseNetworks, parseNumber, type Setting } from './setting.js'
import { TREE_SETTINGS } from './tree-settings.js'

/** A number of requests per window of milliseconds. */
export interface RateLimit {
  readonly requests: number
  readonly window: number
}

const WINDOWS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

const MEBIBYTE = 1024 * 1024

/** The versions of the REST API, the oldest first; `api/framework/versions.ts` says what each knows. */
export const API_VERSIONS = ['1.0', '1.1', '1.2', '1.3', '1.4'] as const

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export const SETTINGS = {
  databaseUrl: {
    variable: 'PATCHWORK_DATABASE_URL',
    meaning: 'URL of the database',
    form: 'sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME',
    fallback: 'sqlite:data/patchwork.db',
    parse: parseDatabaseUrl,
  },
  publicUrl: {
    variable: 'PATCHWORK_PUBLIC_URL',
    meaning: 'public URL of the server; by default that of each request, and outgoing mail has no links',
    form: 'an address such as https://patchwork.example.org',
    parse: parsePublicUrl,
  },
  hsts: {
    variable: 'PATCHWORK_HSTS',
    meaning:
      'max-age of Strict-Transport-Security, in seconds, if the public URL is https; 0 (default) sends no such header',
    form: 'a number of seconds, from 0 to 63072000',
    fallback: '0',
    parse: (text) => parseNumber(text, 0, 63_072_000),
  },
  trustedHosts: {
    variable: 'PATCHWORK_TRUSTED_HOSTS',
    meaning:
      'host names that are accepted in requests if no public URL is set; the default also includes the address on which `serve` listens',
    form: 'host names without ports, such as patchwork.example.org, *.example.net',
    fallback: 'localhost, 127.0.0.1, [::1]',
    parse: parseHosts,
  },
  trustedProxies: {
    variable: 'PATCHWORK_TRUSTED_PROXIES',
    meaning:
      'addresses and networks of proxies whose X-Forwarded-Proto, -Host and -For headers are trusted; by default none',
    form: 'addresses or networks, such as 127.0.0.1, 10.0.0.0/8',
    fallback: '',
    parse: parseNetworks,
  },
  rateLimit: {
    variable: 'PATCHWORK_RATE_LIMIT',
    meaning:
      'request limit of each account, or of each address without a login; by default there is no limit',
    form: 'a rate such as 600/minute (also second, hour, day)',
    parse: parseRate,
  },
  connectionsPerAddress: {
    variable: 'PATCHWORK_CONNECTIONS_PER_ADDRESS',
    meaning:
      'maximum number of open connections per address (IPv6: per /64 network); trusted proxies and UNIX sockets have no limit',
    form: 'a number from 1 to 4096',
    fallback: '256',
    parse: (text) => parseNumber(text, 1, 4096),
  },
  streamsPerClient: {
    variable: 'PATCHWORK_STREAMS_PER_CLIENT',
    meaning:
      'maximum number of open event streams, and of requests that wait for events, per token, account or address (IPv6: per /64 network)',
    form: 'a number from 1 to 4096',
    fallback: '20',
    parse: (text) => parseNumber(text, 1, 4096),
  },
  streams: {
    variable: 'PATCHWORK_STREAMS',
    meaning: 'maximum number of open event streams; 0 allows none',
    form: 'a number from 0 to 4096',
    fallback: '2000',
    parse: (text) => parseNumber(text, 0, 4096),
  },
  waitingRequests: {
    variable: 'PATCHWORK_WAITING_REQUESTS',
    meaning: 'maximum number of requests that wait for events; 0 allows none',
    form: 'a number from 0 to 4096',
    fallback: '1000',
    parse: (text) => parseNumber(text, 0, 4096),
  },
  answerCache: {
    variable: 'PATCHWORK_ANSWER_CACHE',
    meaning:
      'size of the response cache, in bytes; its entries are valid until the database changes; 0 disables it',
    form: 'a number of bytes, from 0 to 4294967296',
    fallback: String(64 * MEBIBYTE),
    parse: (text) => parseNumber(text, 0, 4096 * MEBIBYTE),
  },
  workers: {
    variable: 'PATCHWORK_WORKERS',
    meaning: 'number of worker processes of `serve`; one of them also receives mail and runs periodic jobs',
    form: 'a number from 1 to 64, or auto for the number of cores',
    fallback: '1',
    parse: (text): number | 'auto' | undefined => (text === 'auto' ? text : parseNumber(text, 1, 64)),
  },
  workerTimeout: {
    variable: 'PATCHWORK_WORKER_TIMEOUT',
    meaning:
      'time after which a worker process that does nothing at all is terminated and replaced; 0 leaves it running',
    form: 'a number of seconds, from 0 to 3600',
    fallback: '60',
    parse: (text) => parseNumber(text, 0, 3600),
  },
  ...LOGIN_SETTINGS,
  bodyLimit: {
    variable: 'PATCHWORK_BODY_LIMIT',
    meaning: 'maximum size of a request body, in bytes',
    form: 'a number of bytes, from 1024 to 1073741824',
    fallback: String(MEBIBYTE),
    parse: (text) => parseNumber(text, 1024, 1024 * MEBIBYTE),
  },
  defaultApiVersion: {
    variable: 'PATCHWORK_DEFAULT_API_VERSION',
    meaning:
      'version of the API at URLs without a version (/api/patches/), such as 1.3 for clients that cannot read the times of 1.4; by default the newest',
    form: API_VERSIONS.join(', '),
    fallback: '1.4',
    parse: (text) => API_VERSIONS.find((version) => version === text),
  },
  lmtp: {
    variable: 'PATCHWORK_LMTP',
    meaning: 'address on which `serve` receives mail by LMTP; by default none',
    form: 'HOST:PORT, such as 127.0.0.1:8024, or the path of a socket, such as /run/patchwork/lmtp',
    parse: parseListener,
  },
  lmtpSize: {
    variable: 'PATCHWORK_LMTP_SIZE',
    meaning: 'maximum size of a mail received by LMTP, in bytes',
    form: 'a number of bytes, from 65536 to 67108864',
    fallback: String(32 * MEBIBYTE),
    parse: (text) => parseNumber(text, 65_536, 64 * MEBIBYTE),
  },
  lmtpConnections: {
    variable: 'PATCHWORK_LMTP_CONNECTIONS',
    meaning: 'maximum number of LMTP connections; further clients are told to try again later',
    form: 'a number from 1 to 1000',
    fallback: '20',
    parse: (text) => parseNumber(text, 1, 1000),
  },
  lmtpTimeout: {
    variable: 'PATCHWORK_LMTP_TIMEOUT',
    meaning: 'time limit of LMTP for the next command, and for one whole mail, in seconds',
    form: 'a number of seconds, from 1 to 3600',
    fallback: '300',
    parse: (text) => parseNumber(text, 1, 3600),
  },
  shutdownTimeout: {
    variable: 'PATCHWORK_SHUTDOWN_TIMEOUT',
    meaning:
      'time that `serve` has to finish its work when it is stopped, in seconds; unfinished mail stays in the journal',
    form: 'a number of seconds, from 1 to 3600',
    fallback: '8',
    parse: (text) => parseNumber(text, 1, 3600),
  },
  pipeSocket: {
    variable: 'PATCHWORK_PIPE_SOCKET',
    meaning:
      'UNIX socket by which `parsemail` passes mails to `serve`; by default the path of the SQLite file with -pipe appended, none for PostgreSQL',
    form: 'the path of a socket, such as /run/patchwork/pipe, or none',
    parse: (text) => (text === 'none' || text.startsWith('/') ? text : undefined),
  },
  maildirs: {
    variable: 'PATCHWORK_MAILDIR',
    meaning: 'Maildirs whose new mail `serve` processes; by default none',
    form: 'paths, separated by commas',
    fallback: '',
    parse: parsePaths,
  },
  imap: {
    variable: 'PATCHWORK_IMAP',
    meaning: 'IMAP folder whose new mail `serve` processes; by default none',
    form: 'an address such as imaps://USER:PASSWORD@imap.example.org/INBOX',
    parse: parseImap,
  },
  inboxes: {
    variable: 'PATCHWORK_INBOXES',
    meaning:
      'public-inbox archives, such as those of lore.kernel.org, whose new mail `serve` processes; by default none',
    form: 'URLs or paths, separated by commas',
    fallback: '',
    parse: parsePaths,
  },
  inboxFolder: {
    variable: 'PATCHWORK_INBOX_FOLDER',
    meaning: 'folder for clones of public-inbox archives',
    form: 'the path of a folder',
    fallback: 'data/inboxes',
    parse: (text) => text,
  },
  ...TREE_SETTINGS,
  ...RETENTION_SETTINGS,
  metricsFrom: {
    variable: 'PATCHWORK_METRICS_FROM',
    meaning: 'addresses and networks that may read /metrics; all others get 404',
    form: 'addresses or networks, such as 127.0.0.1, 10.0.0.0/8',
    fallback: '127.0.0.1, ::1',
    parse: parseNetworks,
  },
  webhookNetworks: {
    variable: 'PATCHWORK_WEBHOOK_NETWORKS',
    meaning:
      'private addresses and networks to which webhooks may be sent; by default none, which protects internal services',
    form: 'addresses or networks, such as 10.1.2.3, 10.0.0.0/8',
    fallback: '',
    parse: parseNetworks,
  },
  logLevel: {
    variable: 'PATCHWORK_LOG_LEVEL',
    meaning: 'lowest level that is logged; the log is JSON lines on standard error',
    form: LOG_LEVELS.join(', '),
    fallback: 'info',
    parse: (text) => LOG_LEVELS.find((level) => level === text),
  },
  mail: {
    variable: 'PATCHWORK_MAIL',
    meaning:
      'destination of outgoing mail: a folder of files, or a mail server; append `?tls=off`, `unverified` or `required` to control STARTTLS (default: off for localhost, required with a password, else used if offered)',
    form: 'folder:PATH, smtp://USER:PASSWORD@HOST:PORT or smtps://USER:PASSWORD@HOST:PORT',
    fallback: 'folder:data/outbox',
    parse: parseMailTransport,
  },
  mailFrom: {
    variable: 'PATCHWORK_MAIL_FROM',
    meaning: 'sender of outgoing mail',
    form: 'an address such as Patchwork <patchwork@example.org>',
    fallback: 'Patchwork <patchwork@localhost>',
    parse: parseMailbox,
  },
  administrators: {
    variable: 'PATCHWORK_ADMINS',
    meaning: 'addresses that are notified of failures by mail; by default none',
    form: 'mail addresses, such as ann@example.org, joe@example.org',
    fallback: '',
    parse: (text) => parseList(text, (item) => (isMailAddress(item) ? item : undefined)),
  },
} satisfies Record<string, Setting<unknown>>

type Settings = typeof SETTINGS

/** The value of each setting. */
export type Values = {
  readonly [K in keyof Settings]: Settings[K] extends Fallback
    ? Exclude<ReturnType<Settings[K]['parse']>, undefined>
    : ReturnType<Settings[K]['parse']>
}

/** SQLite's `:memory:` would be another database for each connection. */
function parseDatabaseUrl(text: string): string | undefined {
  return /^sqlite:[^:]/.test(text) || /^postgres(ql)?:\/\//.test(text) ? text : undefined
}

function parsePublicUrl(text: string): string | undefined {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? text.replace(/\/+$/, '') : undefined
}

function parseHosts(text: string): string[] | undefined {
  return parseList(text, (item) => {
    const name = hostName(item)
    return isIP(name) || /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) ? name : undefined
  })
}

/** A host as it is compared: in lower case, an IPv6 address without its brackets. */
export function hostName(text: string): string {
  return text.toLowerCase().replace(/^\[(.*)\]$/, '$1')
}

function parseRate(text: string): RateLimit | undefined {
  const [, requests, unit] = /^(\d{1,9})\/(second|minute|hour|day)$/.exec(text) ?? []
  if (!Number(requests)) return undefined
  return { requests: Number(requests), window: WINDOWS[unit as keyof typeof WINDOWS] }
}

/** An address at which the server listens. */
export type Listener = { readonly host: string; readonly port: number } | { readonly path: string }

/** `HOST:PORT`, `[IPv6]:PORT`, or a path, which has a slash. */
export function parseListener(text: string): Listener | undefined {
  if (text.includes('/')) return { path: text }
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:]+):(\d{1,5})$/i.exec(text) ?? []
  return host && Number(port) <= 65_535 ? { host: hostName(host), port: Number(port) } : undefined
}

function parsePaths(text: string): string[] | undefined {
  return parseList(text, (item) => item)
}
