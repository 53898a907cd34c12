import { Invalid } from './errors.js'

/** Everything that can be set, read once from the environment; nobody else looks there. */
export interface Config {
  /** `sqlite:PATH` or `postgres://…` */
  readonly databaseUrl: string
  /** Where people reach us, without a slash at its end; undefined: as the request says. */
  readonly publicUrl: string | undefined
}

const DEFAULT_DATABASE_URL = 'sqlite:data/patchwork.db'

/** Reads the configuration; throws Invalid with a sentence for a value that can't be meant. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  return Object.freeze({
    databaseUrl: databaseUrl(environment.PATCHWORK_DATABASE_URL),
    publicUrl: publicUrl(environment.PATCHWORK_PUBLIC_URL),
  })
}

function databaseUrl(value: string | undefined): string {
  const url = value || DEFAULT_DATABASE_URL
  if (/^sqlite:./.test(url) || /^postgres(ql)?:\/\//.test(url)) return url
  throw new Invalid('PATCHWORK_DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME.')
}

function publicUrl(value: string | undefined): string | undefined {
  if (!value) return undefined
  const url = URL.parse(value)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new Invalid('PATCHWORK_PUBLIC_URL must be an address such as https://patchwork.example.org.')
  return value.replace(/\/+$/, '')
}
