import { Command, CommanderError } from 'commander'
import { PatchworkError } from '../errors.js'
import { addDelegationCommands } from './commands/delegation.js'
import { addDumpCommand } from './commands/dumparchive.js'
import { addMaintainerCommands } from './commands/maintainer.js'
import { addPersonCommands } from './commands/person.js'
import { addReworkCommands } from './commands/rework.js'
import { addUserCommands } from './commands/user.js'
import { addJournalCommands } from './commands/mail.js'
import { addArchiveCommand } from './commands/parsearchive.js'
import { addMoveCommand } from './commands/import-patchwork.js'
import { addMailCommand } from './commands/parsemail.js'
import { addMigrateCommand } from './commands/migrate.js'
import { addAcceptCommand } from './commands/accept-commits.js'
import { addBackupCommands } from './commands/backup.js'
import { addHelpCommands } from './commands/help.js'
import { addStatsCommand } from './commands/stats.js'
import { addConfigCommand } from './commands/config.js'
import { addCronCommand } from './commands/cron.js'
import { addProjectCommands } from './commands/project.js'
import { addServeCommand } from './commands/serve.js'
import { addWayInCommands } from './commands/ways-in.js'

/** The exit code of a command that was called wrongly or could not do what it was told to. */
const FAILURE = 1

/** The whole command line; each command adds itself. */
export function buildProgram(): Command {
  const program = new Command('patchwork')
    .description('Tracks the patches that are sent to mailing lists.')
    .showHelpAfterError('(add --help for what there is)')
    .exitOverride()
  addServeCommand(program)
  addCronCommand(program)
  addMigrateCommand(program)
  addConfigCommand(program)
  addProjectCommands(program)
  addMaintainerCommands(program)
  addDelegationCommands(program)
  addUserCommands(program)
  addPersonCommands(program)
  addMailCommand(program)
  addArchiveCommand(program)
  addDumpCommand(program)
  addReworkCommands(program)
  addJournalCommands(program)
  addBackupCommands(program)
  addAcceptCommand(program)
  addStatsCommand(program)
  addHelpCommands(program)
  addWayInCommands(program)
  addMoveCommand(program)
  return program
}

/** Runs one command line and gives its exit code; what is wrong is said in one sentence. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    await buildProgram().parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    process.stderr.write(`patchwork: ${explain(error)}\n`)
    return FAILURE
  }
}

function explain(error: unknown): string {
  if (error instanceof PatchworkError) return error.message
  const { code, path, message } = error as { code?: string; path?: string; message?: string }
  if (code === 'ENOENT' && path) return `There is no file '${path}'.`
  if (code === 'EACCES' && path) return `The file '${path}' may not be read.`
  if (code === 'EISDIR') return 'That is a folder, not a file.'
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return 'The database server does not answer.'
  return message || String(error)
}
