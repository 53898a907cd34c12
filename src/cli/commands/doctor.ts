import type { Command } from 'commander'
import { readConfig } from '../../config/config.js'
import { hideSecrets } from '../../util/secrets.js'

const MARKS = { fine: '  ok', warning: 'note', problem: ' BAD' } as const

export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description(
      'Say what is wrong with the configuration, the database, mail and permissions, if anything is.',
    )
    .option('--thorough', 'look into every page of the database, which takes long where it is large')
    .addHelpText('after', '\nChanges nothing. Exits with 1 if something does not work.')
    .action(async ({ thorough }: { thorough?: boolean }) => {
      // It looks at all parts: other commands start faster without them.
      const { examine } = await import('../doctor/examine.js')
      const findings = await examine(readConfig(process.env), thorough === true)
      for (const { level, words } of findings) console.log(`${MARKS[level]}  ${hideSecrets(words)}`)
      if (findings.some(({ level }) => level === 'problem')) process.exitCode = 1
    })
}
