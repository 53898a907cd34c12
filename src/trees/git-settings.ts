import type { GitOptions } from '../receive/public-inbox/git.js'

/** How git runs on mirrors, whatever the machine is configured to. */

/**
 * Settings that no configuration of the machine may change: no hooks, no helpers for passwords, nothing fetched from other
 * places, and diffs as git writes them by default.
 */
const SETTINGS: readonly (readonly [key: string, value: string])[] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.quotePath', 'true'],
  ['credential.helper', ''],
  ['fetch.recurseSubmodules', 'false'],
  ['fetch.fsckObjects', 'false'],
  // Packs only, so that the size of a mirror is that of a few files.
  ['fetch.unpackLimit', '1'],
  ['gc.auto', '0'],
  ['http.followRedirects', 'false'],
  ['log.mailmap', 'false'],
  ['log.showSignature', 'false'],
  ['diff.algorithm', 'myers'],
  ['diff.context', '3'],
  ['diff.interHunkContext', '0'],
  ['diff.orderFile', '/dev/null'],
  ['diff.suppressBlankEmpty', 'false'],
]

/** Runs git on a mirror, never asking for a password. */
export function gitOptions(options: Omit<GitOptions, 'env'> = {}): GitOptions {
  return {
    ...options,
    env: {
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_ASKPASS: 'true',
      SSH_ASKPASS: 'true',
      GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_TERMINAL_PROMPT: '0',
    },
  }
}

/** The settings as arguments, which come before the command. */
export function settingArguments(more: readonly (readonly [string, string])[] = []): string[] {
  return [...SETTINGS, ...more].flatMap(([key, value]) => ['-c', `${key}=${value}`])
}
