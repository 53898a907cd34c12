import type { Command } from 'commander'
import { ArchiveThread } from '../receive/archive/import-thread.js'
import { addAcceptCommand } from './commands/accept-commits.js'
import { addBackupCommands } from './commands/backup.js'
import { addCheckerCommands } from './commands/checker.js'
import { addConfigCommand } from './commands/config.js'
import { addCronCommand } from './commands/cron.js'
import { addDelegationCommands } from './commands/delegation.js'
import { addDemoCommand } from './commands/demo.js'
import { addDoctorCommand } from './commands/doctor.js'
import { addDumpCommand } from './commands/dumparchive.js'
import { addHelpCommands } from './commands/help.js'
import { addImportPatchworkCommand } from './commands/import-patchwork.js'
import { addJournalCommands } from './commands/mail.js'
import { addMailSourceCommands } from './commands/mail-sources.js'
import { addMaintainerCommands } from './commands/maintainer.js'
import { addMigrateCommand } from './commands/migrate.js'
import { addOutboxCommands } from './commands/outbox.js'
import { addArchiveCommand } from './commands/parsearchive.js'
import { addMailCommand } from './commands/parsemail.js'
import { addPersonCommands } from './commands/person.js'
import { addProjectCommands } from './commands/project.js'
import { addReadyCommand } from './commands/ready.js'
import { addRecomputeCommands } from './commands/recompute.js'
import { addRelinkCommand } from './commands/relink.js'
import { addReparseCommand } from './commands/reparse.js'
import { addSeriesCommands } from './commands/series.js'
import { addServeCommand } from './commands/serve.js'
import { addStatsCommand } from './commands/stats.js'
import { addTokenCommands } from './commands/token.js'
import { addTreeCommands } from './commands/tree.js'
import { addUserCommands } from './commands/user.js'
import { addWebhookCommands } from './commands/webhook.js'
import { newProgram } from './run.js'

/** The whole command line; each command adds itself. `startThread` returns the thread that reads an archive. */
export function buildProgram(startThread = () => new ArchiveThread()): Command {
  const program = newProgram().description('Tracks the patches that are sent to mailing lists.')
  addServeCommand(program)
  addDemoCommand(program)
  addCronCommand(program)
  addMigrateCommand(program)
  addConfigCommand(program)
  addProjectCommands(program)
  addMaintainerCommands(program)
  addCheckerCommands(program)
  addTreeCommands(program)
  addWebhookCommands(program)
  addDelegationCommands(program)
  addUserCommands(program)
  addTokenCommands(program)
  addPersonCommands(program)
  addMailCommand(program)
  addArchiveCommand(program, startThread)
  addDumpCommand(program)
  addRecomputeCommands(program)
  addReparseCommand(program)
  addRelinkCommand(program)
  addSeriesCommands(program)
  addJournalCommands(program)
  addOutboxCommands(program)
  addBackupCommands(program)
  addAcceptCommand(program)
  addStatsCommand(program)
  addReadyCommand(program)
  addDoctorCommand(program)
  addHelpCommands(program)
  addMailSourceCommands(program)
  addImportPatchworkCommand(program)
  return program
}
