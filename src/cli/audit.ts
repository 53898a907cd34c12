import { userInfo } from 'node:os'
import type { Actor } from '../domain/actor.js'
import { toTime } from '../util/time.js'

/** The user who runs the command, as named in the audit trail. */
export function commandActor(): Actor {
  return { id: null, name: whoever(), way: 'command line', time: toTime(new Date()) }
}

/** The login name of the shell's user; in a container that may be only a number. */
function whoever(): string {
  try {
    return userInfo().username
  } catch {
    return `user ${process.getuid?.() ?? '?'}`
  }
}
