import { isIP } from 'node:net'

/** Where mail goes: a folder of files, or a mail server. */
export type MailTransport = { readonly kind: 'folder'; readonly path: string } | SmtpSettings

export interface SmtpSettings {
  readonly kind: 'smtp'
  readonly host: string
  readonly port: number
  /** Whether TLS comes before anything is said. */
  readonly isSecure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** What we want of STARTTLS; `unverified` takes any certificate. */
  readonly tls: 'required' | 'offered' | 'unverified' | 'off'
}

/** A folder of a mailbox that mail is fetched from. */
export interface ImapSettings {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  readonly user: string
  readonly password: string
  readonly folder: string
  readonly tls: SmtpSettings['tls']
}

/** A name, perhaps empty, and an address. */
export interface Mailbox {
  readonly name: string
  readonly address: string
}

/** Longest address that mail servers take (RFC 5321, 4.5.3.1.3). */
const MAX_ADDRESS = 254

/**
 * A plain address: what forms and settings may name, and all that mail is ever sent to. No quotes, no white space,
 * nothing that means something in a header or to a mail server. Made when it is needed, which takes a millisecond.
 */
const plainAddress = () => /^[^\s"(),:;<>@[\]\\\p{C}]{1,64}@[^\s"(),:;<>@[\]\\\p{C}]+$/u

/** Whether mail may be sent to a text. */
export function isMailAddress(text: string): boolean {
  return text.length <= MAX_ADDRESS && plainAddress().test(text) && !/^\.|\.\.|\.@|@[.-]|[.-]$/.test(text)
}

/** `folder:PATH` or `smtp://…`; undefined for anything else. */
export function parseMailTransport(text: string): MailTransport | undefined {
  const [, path] = /^folder:(.+)$/.exec(text) ?? []
  if (path !== undefined) return { kind: 'folder', path }
  const url = URL.parse(text)
  if (!url?.hostname || !/^smtps?:$/.test(url.protocol)) return undefined
  const isSecure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const tls = parseTls(url.searchParams.get('tls'), host, url.username !== '')
  if (tls === undefined) return undefined
  return {
    kind: 'smtp',
    host,
    port: Number(url.port) || (isSecure ? 465 : url.username ? 587 : 25),
    isSecure,
    user: decoded(url.username),
    password: decoded(url.password),
    tls,
  }
}

/** `imap://USER:PASSWORD@HOST/FOLDER` or `imaps://…`; the folder is INBOX by default. Undefined for anything else. */
export function parseImap(text: string): ImapSettings | undefined {
  const url = URL.parse(text)
  if (!url?.hostname || !/^imaps?:$/.test(url.protocol)) return undefined
  const isSecure = url.protocol === 'imaps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const [user, password] = [decoded(url.username), decoded(url.password)]
  const tls = parseTls(url.searchParams.get('tls'), host, true)
  if (user === undefined || password === undefined || tls === undefined) return undefined
  const port = Number(url.port) || (isSecure ? 993 : 143)
  return { host, port, isSecure, user, password, folder: decoded(url.pathname.slice(1)) ?? 'INBOX', tls }
}

/** A part of a URL; invalid percent-encoding stays as it is, and an empty part is undefined. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text) || undefined
  } catch {
    return text
  }
}

/** A password goes nowhere in the clear; to this machine itself nothing has to be hidden. */
function parseTls(
  wanted: string | null,
  host: string,
  hasPassword: boolean,
): SmtpSettings['tls'] | undefined {
  if (wanted === 'off' || wanted === 'unverified' || wanted === 'required') return wanted
  if (wanted !== null) return undefined
  if (host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))) return 'off'
  return hasPassword ? 'required' : 'offered'
}

/** `Name <address>` or an address; undefined for anything else. */
export function parseMailbox(text: string): Mailbox | undefined {
  const [, name = '', bracketed] = /^([^<>\p{C}]*)<([^<>]+)>$/u.exec(text) ?? []
  const address = bracketed ?? text
  return isMailAddress(address) ? { name: name.trim().replace(/^"(.*)"$/, '$1'), address } : undefined
}
