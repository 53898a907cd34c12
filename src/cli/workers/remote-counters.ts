import type { LoginCounters } from '../../auth/auth-state.js'
import { type Claim, MAX_LOGIN_NAME } from '../../auth/login-attempts.js'
import type { SupervisorCalls } from './calls.js'
import type { Channel } from './channel.js'

/** The counters of a worker: its supervisor counts for all workers. */
export function remoteLoginCounters(supervisor: Channel<SupervisorCalls>): LoginCounters {
  return {
    attempts: {
      begin: (claim, now) => supervisor.call('beginLogin', bounded(claim), now),
      succeed: (claim, isKnown, now) => supervisor.call('succeedLogin', bounded(claim), isKnown, now),
      callerAt: (address, now) => supervisor.call('placeLogin', address, now),
    },
    letters: { take: (address, now) => supervisor.call('countLetter', address, now) },
    hashes: {
      async run(caller, work) {
        const ticket = await supervisor.call('enterHashQueue', caller)
        try {
          return await work()
        } finally {
          supervisor.notify('leaveHashQueue', ticket)
        }
      },
    },
  }
}

/** Names are as long as strangers like, and counted by their beginning. */
function bounded(claim: Claim): Claim {
  return { ...claim, username: claim.username.slice(0, MAX_LOGIN_NAME) }
}
