import type { Version } from '../../src/api/framework/versions.js'

/** The table of who may do what: each row a request, each column somebody who tries it. */

/** The columns, in their order. `mira` and so on are the accounts of the world in which they try. */
export const WHO = {
  nobody: undefined,
  /** With a token, or a session, that opens nothing. */
  unknown: 'nemo',
  normal: 'una',
  /** Whoever sent the mails, and owns the bundles. */
  author: 'ola',
  delegate: 'dora',
  /** A maintainer of another project. */
  foreign: 'rolf',
  maintainer: 'mira',
  superuser: 'sue',
} as const

export type Column = keyof typeof WHO

/** How whoever tries it has logged in: programs send a token, browsers the cookie of a session. */
export type Login = 'token' | 'session'

export interface Row {
  /** `PATCH /patches/1/` */
  readonly request: string
  /** Sent as JSON to the API, as a form to a page. */
  readonly body?: object
  readonly login: Login
  /** Of the API: the version that brought what is sent, where it is another than that of the route. */
  readonly since?: Version
  /** What each gets, in the order of the columns. */
  readonly expected: readonly Expected[]
}

export interface Expected {
  readonly status: number
  /** Whether nothing may have changed afterwards. */
  readonly isRefused: boolean
}

/**
 * What is expected, in one line: statuses, with `=` after one that leads back to a page with nothing changed, and
 * a run of the same as `403*3`.
 */
export function expectations(text: string): Expected[] {
  const expected = text.split(/\s+/).flatMap((word) => {
    const [each = '', count = '1'] = word.split('*')
    const status = Number.parseInt(each, 10)
    return Array.from({ length: Number(count) }, () => ({
      status,
      isRefused: status >= 400 || each.endsWith('='),
    }))
  })
  const columns = Object.keys(WHO).length
  if (expected.length !== columns) throw new Error(`${text}: not ${columns} of them`)
  return expected
}
