import { readSettings } from '../config/config.js'
import { builtStatements } from '../db/built-statements.js'
import { parseInProcess } from '../receive/journal/parse.js'
import {
  notStored,
  type PipedMail,
  type PipeResult,
  takePipedMail,
} from '../receive/transports/piped-mail.js'
import { withDatabase } from './open-database.js'

/** Takes a mail of `parsemail` in this process: where no server runs, or it does not answer. */
export async function takeDirectly(mail: PipedMail): Promise<PipeResult> {
  try {
    return await withDatabase(
      (db) => takePipedMail(db, mail, () => new Date(), parseInProcess),
      {},
      readSettings(process.env, ['databaseUrl']),
    )
  } catch (error) {
    return notStored(error)
  }
}

/** For the build, which puts the statements of usual mails into the last line (`scripts/compile-pipe.mjs`). */
export const collectStatements = () => builtStatements.collect()

builtStatements.use('[]')
