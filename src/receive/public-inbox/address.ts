import { resolve } from 'node:path'
import { Invalid } from '../../util/errors.js'

/** URLs of archives, and their passwords, which are never shown or stored, and passed only to git. */

export interface Credentials {
  readonly user: string
  /** Undefined if git gets it from another source, such as a credential helper of the operator. */
  readonly password: string | undefined
}

export interface InboxAddress {
  /** The canonical name of an archive, for all spellings of its URL, without credentials for HTTP. */
  readonly source: string
  readonly credentials: Credentials | undefined
}

/** `scheme://USERINFO@rest`; a password may contain an `@`, but a host may not. */
const WITH_USERINFO = /^(?<scheme>[a-z+]+:\/\/)(?<userinfo>[^/?#]*)@(?<rest>.*)$/s

/** Whether a source is `https://…`, or `user@host:path` as for ssh. */
export function isAddress(source: string): boolean {
  return /^[a-z+]+:\/\//.test(source) || /^[\w.-]+@[\w.-]+:/.test(source)
}

/** Splits a URL, or normalizes the path of a folder. */
export function parseInboxAddress(place: string): InboxAddress {
  if (!isAddress(place)) return { source: resolve(place), credentials: undefined }
  const address = place.replace(/\/+$/, '')
  const { scheme = '', userinfo = '', rest = '' } = WITH_USERINFO.exec(address)?.groups ?? {}
  if (userinfo === '') return { source: address, credentials: undefined }
  const colon = userinfo.indexOf(':')
  const user = colon < 0 ? userinfo : userinfo.slice(0, colon)
  // Other protocols use only the user, no password.
  if (!isWeb(scheme)) return { source: `${scheme}${user}@${rest}`, credentials: undefined }
  const password = colon < 0 ? undefined : decode(userinfo.slice(colon + 1))
  return { source: scheme + rest, credentials: { user: decode(user), password } }
}

function isWeb(scheme: string): boolean {
  return scheme === 'https://' || scheme === 'http://'
}

/** Decodes percent escapes as git does: other text is literal. */
function decode(text: string): string {
  return Buffer.from(
    text.replace(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16))),
    'latin1',
  ).toString()
}

/** A credential helper for git (gitcredentials(7)). */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$PATCHWORK_GIT_USER" "$PATCHWORK_GIT_PASSWORD"; }; f'

/**
 * Environment variables that pass git the credentials for one server: arguments are visible to all users of the
 * machine, and a clone stores its URL. With a password, other helpers are disabled and store
 * nothing. Throws Invalid for an invalid URL.
 */
export function credentialEnvironment(
  address: string,
  { user, password }: Credentials,
): Record<string, string> {
  const server = URL.parse(address)?.origin
  if (server === undefined) throw new Invalid(`'${address}' is not a URL.`)
  if (password === undefined) return gitConfig([[`credential.${server}.username`, user]])
  return {
    PATCHWORK_GIT_USER: user,
    PATCHWORK_GIT_PASSWORD: password,
    ...gitConfig([
      ['credential.helper', ''],
      [`credential.${server}.helper`, HELPER],
    ]),
  }
}

/** Git settings as environment variables, in addition to existing ones (git-config(1)). */
function gitConfig(settings: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  const first = Number(process.env.GIT_CONFIG_COUNT) || 0
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(first + settings.length), ...Object.fromEntries(entries) }
}
