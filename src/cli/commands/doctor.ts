import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import { hideSecrets } from '../../util/secrets.js'

const MARKS = { fine: '  ok', warning: 'note', problem: ' BAD' } as const

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('Check the configuration, the database, mail and file permissions, and report problems.')
    .option('--thorough', 'check every page of the database, which takes long for a large one')
    .addHelpText('after', '\nChanges nothing. The exit code is 1 if there is a problem.')
    .action(async ({ thorough }: { thorough?: boolean }) => {
      // It looks at all parts: other commands start faster without them.
      const { examine } = await import('../doctor/examine.js')
      const findings = await examine(readConfig(process.env), thorough === true)
      for (const { level, words } of findings) console.log(`${MARKS[level]}  ${hideSecrets(words)}`)
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
    })
}
