import type { Command } from 'commander'
import { withContext } from '../open-context.js'

export function addCronCommand(program: Command): void {
  program
    .command('cron')
    .description('Run all periodic jobs once and exit; a server runs them by itself.')
    .action(async () => {
      const { runJobs } = await import('../../jobs/jobs.js')
      const ok = await withContext(async (context) => await runJobs(context))
      if (!ok) process.exitCode = 1
    })
}
