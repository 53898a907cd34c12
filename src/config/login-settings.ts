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
    'how long wrong passwords count that an address, a network or a known browser sends, in minutes; those for one account count four times as long',
    { least: 1, most: 1440, fallback: 15 },
  ),
  loginFailuresOfAddress: count(
    'PATCHWORK_LOGIN_FAILURES_OF_ADDRESS',
    'how many wrong passwords one address may send',
    { ...FAILURES, fallback: 20 },
  ),
  loginFailuresOfNetwork: count(
    'PATCHWORK_LOGIN_FAILURES_OF_NETWORK',
    'how many wrong passwords one network (IPv4 /24, IPv6 /48) may send',
    { ...FAILURES, fallback: 100 },
  ),
  loginFailuresOfNetworkForAccount: count(
    'PATCHWORK_LOGIN_FAILURES_OF_NETWORK_FOR_ACCOUNT',
    'how many wrong passwords one network may send for one account, which is then locked for that network',
    { ...FAILURES, fallback: 30 },
  ),
  loginFailuresForAccount: count(
    'PATCHWORK_LOGIN_FAILURES_FOR_ACCOUNT',
    'how many wrong passwords all networks together may send for one account that they have never opened',
    { ...FAILURES, fallback: 1000 },
  ),
  loginFailuresOfKnown: count(
    'PATCHWORK_LOGIN_FAILURES_OF_KNOWN',
    'how many wrong passwords a browser or network may send for an account that it has opened before',
    { ...FAILURES, fallback: 20 },
  ),
  passwordHashes: count(
    'PATCHWORK_PASSWORD_HASHES',
    'how many passwords are hashed at once, of 64 MiB of memory each',
    { least: 2, most: 64, fallback: 2 },
  ),
  passwordHashesOfStrangers: count(
    'PATCHWORK_PASSWORD_HASHES_OF_STRANGERS',
    'how many of them may be for strangers, that is, for browsers and networks that have not opened the account before; one is never theirs',
    { least: 1, most: 63, fallback: 1 },
  ),
  passwordQueue: count(
    'PATCHWORK_PASSWORD_QUEUE',
    'how many strangers, and how many others, wait for their passwords to be hashed; one more gets 503',
    { least: 1, most: 10_000, fallback: 32 },
  ),
  passwordQueueOfNetwork: count(
    'PATCHWORK_PASSWORD_QUEUE_OF_NETWORK',
    'how many of them may be of one network',
    { least: 1, most: 10_000, fallback: 8 },
  ),
  passwordQueueTimeout: count('PATCHWORK_PASSWORD_QUEUE_TIMEOUT', 'how long they wait at most, in seconds', {
    least: 1,
    most: 600,
    fallback: 10,
  }),
} as const
