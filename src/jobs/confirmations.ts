import { deleteOldConfirmations } from '../domain/users/confirmations.js'
import { deleteUnconfirmedUsers } from '../domain/users/registration.js'
import type { Job } from './job.js'

/** Removes unconfirmed accounts and expired confirmations. */
export const confirmations: Job = {
  name: 'confirmations',
  every: 3600,
  async run({ db, now }) {
    const accounts = await deleteUnconfirmedUsers(db, now())
    const count = await deleteOldConfirmations(db, now())
    return accounts + count > 0 ? `${accounts} accounts and ${count} confirmations ran out` : undefined
  },
}
