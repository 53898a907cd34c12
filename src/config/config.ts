import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { Invalid } from '../util/errors.js'
import { hideSecrets } from '../util/secrets.js'
import type { Setting } from './setting.js'
import { hostName, SETTINGS, type Values } from './settings.js'

/** All settings, read once; no other module reads the environment. */
export type Config = Values

/** Texts by the names of their variables. */
type Environment = Readonly<Record<string, string | undefined>>

/** Names a file of `NAME=VALUE` lines; variables of the environment override it. */
const FILE_VARIABLE = 'PATCHWORK_CONFIG'

/** The default file, so that commands use the same configuration as the server. */
const USUAL_FILE = '/etc/patchwork.conf'

export type Source = 'environment' | 'file' | 'default'

/** A setting as it is listed. */
export interface Described {
  readonly variable: string
  readonly meaning: string
  /** As it was written, secrets hidden; undefined: not set, and without a default. */
  readonly value: string | undefined
  readonly source: Source
}

/**
 * Reads the configuration: the environment, and the file that `PATCHWORK_CONFIG` names, else
 * `/etc/patchwork.conf` if there is one. Throws Invalid with a sentence for a value that can't be meant. `listensOn` are the names of the server's own address: by default
 * they are trusted as well.
 */
export function readConfig(environment: Environment, listensOn: readonly string[] = []): Config {
  const file = readFile(environment)
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries<Setting<unknown>>(SETTINGS))
    values[key] = valueOf(setting, written(setting, environment, file).value)
  const { variable } = SETTINGS.trustedHosts
  const hosts = (values as Config).trustedHosts
  if (written(SETTINGS.trustedHosts, environment, file).source === 'default')
    values.trustedHosts = [...hosts, ...listensOn.map(hostName)]
  else if (hosts.length === 0) throw new Invalid(`${variable} must be ${SETTINGS.trustedHosts.form}.`)
  return Object.freeze(values as Config)
}

/** Some settings, without a look at the others. Throws Invalid as `readConfig` does. */
export function readSettings<Key extends keyof Config>(
  environment: Environment,
  keys: readonly Key[],
): Pick<Config, Key> {
  const file = readFile(environment)
  const read = (key: Key) => valueOf(SETTINGS[key], written(SETTINGS[key], environment, file).value)
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Pick<Config, Key>
}

/** All settings with their values and sources, for display. Throws the same as `readConfig`. */
export function describeConfig(environment: Environment): Described[] {
  const file = readFile(environment)
  return Object.values<Setting<unknown>>(SETTINGS).map((setting) => {
    const { value, source } = written(setting, environment, file)
    valueOf(setting, value)
    const { variable, meaning } = setting
    return { variable, meaning, source, value: value === undefined ? value : hideSecrets(value) }
  })
}

function written(
  { variable, fallback }: Setting<unknown>,
  environment: Environment,
  file: Environment,
): { value: string | undefined; source: Source } {
  for (const [source, values] of [['environment', environment] as const, ['file', file] as const]) {
    const value = values[variable]?.trim()
    if (value) return { value, source }
  }
  return { value: fallback, source: 'default' }
}

function valueOf({ variable, form, parse }: Setting<unknown>, text: string | undefined): unknown {
  if (text === undefined) return undefined
  const value = parse(text)
  if (value === undefined) throw new Invalid(`${variable} must be ${form}.`)
  return value
}

/** The file that settings are read from, if there is one. */
export function settingsFile(environment: Environment): string | undefined {
  return (environment[FILE_VARIABLE] ?? (existsSync(USUAL_FILE) ? USUAL_FILE : '')) || undefined
}

/** Throws Invalid for a file that can't be read, and for names in it that mean nothing: a typing error, mostly. */
function readFile(environment: Environment): Environment {
  const path = settingsFile(environment)
  if (path === undefined) return {}
  let values: Environment
  try {
    values = parseEnv(readFileSync(path, 'utf8'))
  } catch {
    throw new Invalid(`The file '${path}' with the settings cannot be read.`)
  }
  const known = new Set(Object.values<Setting<unknown>>(SETTINGS).map(({ variable }) => variable))
  const unknown = Object.keys(values).find((name) => !known.has(name))
  if (unknown !== undefined) throw new Invalid(`'${unknown}' in the file '${path}' is not a setting.`)
  return values
}
