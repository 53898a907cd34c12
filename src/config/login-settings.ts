import { type Fallback, parseNumber, type Setting } from './setting.js'

/** Settings of the limits for passwords: how many wrong ones count, and how many hashes run and wait. */

interface Range {
  least: number
  most: number
  fallback: number
}

function count(
  variable: string,
  meaning: string,
  { least, most, fallback }: Range,
): Setting<number> & Fallback {
  return {
    variable,
    meaning,
    form: `a number from ${least} to ${most}`,
    fallback: String(fallback),
    parse: (text) => parseNumber(text, least, most),
  }
}

const FAILURES = { least: 1, most: 1_000_000 }

export const LOGIN_SETTINGS = {
  loginWindow: count(
    'PATCHWORK_LOGIN_WINDOW',
    'time for which wrong passwords of an address, network or known browser count, in minutes; those for one account count four times as long',
    { least: 1, most: 1440, fallback: 15 },
  ),
  loginFailuresOfAddress: count(
    'PATCHWORK_LOGIN_FAILURES_OF_ADDRESS',
    'maximum number of wrong passwords per address',
    { ...FAILURES, fallback: 20 },
  ),
  loginFailuresOfNetwork: count(
    'PATCHWORK_LOGIN_FAILURES_OF_NETWORK',
    'maximum number of wrong passwords per network (IPv4 /24, IPv6 /48)',
    { ...FAILURES, fallback: 100 },
  ),
  loginFailuresOfNetworkForAccount: count(
    'PATCHWORK_LOGIN_FAILURES_OF_NETWORK_FOR_ACCOUNT',
    'maximum number of wrong passwords per network and account; the account is then locked for that network',
    { ...FAILURES, fallback: 30 },
  ),
  loginFailuresForAccount: count(
    'PATCHWORK_LOGIN_FAILURES_FOR_ACCOUNT',
    'maximum number of wrong passwords per account from all networks that have never logged in to it',
    { ...FAILURES, fallback: 1000 },
  ),
  loginFailuresOfKnown: count(
    'PATCHWORK_LOGIN_FAILURES_OF_KNOWN',
    'maximum number of wrong passwords per account from a browser or network that has logged in to it before',
    { ...FAILURES, fallback: 20 },
  ),
  passwordHashes: count(
    'PATCHWORK_PASSWORD_HASHES',
    'maximum number of concurrent password hashes; each takes 64 MiB of memory',
    { least: 2, most: 64, fallback: 2 },
  ),
  passwordHashesOfStrangers: count(
    'PATCHWORK_PASSWORD_HASHES_OF_STRANGERS',
    'maximum number of concurrent password hashes for browsers and networks that have not logged in to the account before; one is reserved for the others',
    { least: 1, most: 63, fallback: 1 },
  ),
  passwordQueue: count(
    'PATCHWORK_PASSWORD_QUEUE',
    'maximum number of logins that wait for a hash, separately for those and for the others; further logins get 503',
    { least: 1, most: 10_000, fallback: 32 },
  ),
  passwordQueueOfNetwork: count(
    'PATCHWORK_PASSWORD_QUEUE_OF_NETWORK',
    'maximum number of waiting logins per network',
    { least: 1, most: 10_000, fallback: 8 },
  ),
  passwordQueueTimeout: count(
    'PATCHWORK_PASSWORD_QUEUE_TIMEOUT',
    'maximum time for which a login waits, in seconds',
    {
      least: 1,
      most: 600,
      fallback: 10,
    },
  ),
} as const
