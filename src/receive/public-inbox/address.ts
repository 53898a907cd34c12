import { resolve } from 'node:path'
import { Invalid } from '../../util/errors.js'

/** Addresses of archives, and the passwords in them, which are shown, stored and passed to no one but git. */

export interface Credentials {
  readonly user: string
  /** Undefined where git knows it from somewhere else, such as a credential helper of the operator. */
  readonly password: string | undefined
}

export interface InboxAddress {
  /** The one name of an archive, however its address is written, without user and password where git has another way for them. */
  readonly source: string
  readonly credentials: Credentials | undefined
}

/** `scheme://USERINFO@rest`; a password may have an `@` itself, but a host has none. */
const WITH_USERINFO = /^(?<scheme>[a-z+]+:\/\/)(?<userinfo>[^/?#]*)@(?<rest>.*)$/s

/** `https://…`, or `user@host:path` as for ssh. */
export function isAddress(source: string): boolean {
  return /^[a-z+]+:\/\//.test(source) || /^[\w.-]+@[\w.-]+:/.test(source)
}

/** Takes an address, or the path of a folder, apart. */
export function parseInboxAddress(place: string): InboxAddress {
  if (!isAddress(place)) return { source: resolve(place), credentials: undefined }
  const address = place.replace(/\/+$/, '')
  const { scheme = '', userinfo = '', rest = '' } = WITH_USERINFO.exec(address)?.groups ?? {}
  if (userinfo === '') return { source: address, credentials: undefined }
  const colon = userinfo.indexOf(':')
  const user = colon < 0 ? userinfo : userinfo.slice(0, colon)
  // Other protocols have a user, and no use for a password.
  if (!isWeb(scheme)) return { source: `${scheme}${user}@${rest}`, credentials: undefined }
  const password = colon < 0 ? undefined : decode(userinfo.slice(colon + 1))
  return { source: scheme + rest, credentials: { user: decode(user), password } }
}

function isWeb(scheme: string): boolean {
  return scheme === 'https://' || scheme === 'http://'
}

/** As git reads it: what is no escape stands for itself. */
function decode(text: string): string {
  return Buffer.from(
    text.replace(/%[0-9a-f]{2}/gi, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16))),
    'latin1',
  ).toString()
}

/** Prints what git asks a credential helper for (gitcredentials(7)). */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$PATCHWORK_GIT_USER" "$PATCHWORK_GIT_PASSWORD"; }; f'

/**
 * Variables of the environment by which git has credentials for one server: arguments are seen by everybody on the
 * machine, and an address is kept in the clone. Where a password is given, other helpers are not asked, and keep
 * nothing. Throws Invalid if the address is none.
 */
export function credentialEnvironment(
  address: string,
  { user, password }: Credentials,
): Record<string, string> {
  const server = URL.parse(address)?.origin
  if (server === undefined) throw new Invalid(`'${address}' is no address.`)
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

/** Settings of git by the environment, after those that are there already (git-config(1)). */
function gitConfig(settings: readonly (readonly [key: string, value: string])[]): Record<string, string> {
  const first = Number(process.env.GIT_CONFIG_COUNT) || 0
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${first + index}`, key],
    [`GIT_CONFIG_VALUE_${first + index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(first + settings.length), ...Object.fromEntries(entries) }
}
