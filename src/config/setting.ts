import { isIP } from 'node:net'

/** One thing that an operator can set; `config.ts` reads them, `patchwork config` lists them. */
export interface Setting<T> {
  /** Of the environment, or of the configuration file. */
  readonly variable: string
  /** Its purpose, as it follows its name in a list. */
  readonly meaning: string
  /** The form of a value, as it follows "must be". */
  readonly form: string
  /** Its value where it is not set, as it would be written; absent: none, and `undefined` is what is read. */
  readonly fallback?: string
  /** The value of a text that is not blank; undefined for one that can't be meant. */
  readonly parse: (text: string) => T | undefined
}

/** A setting that has a value where it is not set. */
export interface Fallback {
  readonly fallback: string
}

/** A whole number between two others, themselves allowed. */
export function parseNumber(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN
  return number >= least && number <= most ? number : undefined
}

/** A list with commas; every item must be valid. */
export function parseList<T>(text: string, parse: (item: string) => T | undefined): T[] | undefined {
  const items = text.split(',').map((item) => item.trim())
  const values = items.filter((item) => item !== '').map(parse)
  return values.every((value) => value !== undefined) ? values : undefined
}

/** Addresses and networks. */
export function parseNetworks(text: string): string[] | undefined {
  return parseList(text, (item) => {
    const [address = '', bits, ...rest] = item.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
    return isIP(address) && isNetwork && rest.length === 0 ? item : undefined
  })
}
