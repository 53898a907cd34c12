import type { Command } from 'commander'
import { withContext } from '../open-context.js'

export function addCronCommand(program: Command): void {
  program
    .command('cron')
    .description('Do once what a server does by itself from time to time, and exit.')
    .action(async () => {
      const { runJobs } = await import('../../jobs/jobs.js')
      const ok = await withContext(async (context) => await runJobs(context))
      if (!ok) process.exitCode = 1
    })
}
