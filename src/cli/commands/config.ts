import type { Command } from 'commander'
import { describeConfig } from '../../config/config.js'

export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('List all settings, with where the value of each came from.')
    .option('--json', 'as JSON, for programs')
    .action(({ json }: { json?: boolean }) => {
      const settings = describeConfig(process.env)
      if (json) return console.log(JSON.stringify(settings, null, 2))
      for (const { variable, value, source, meaning } of settings)
        console.log(`${variable}=${value ?? ''}\n    ${source}; ${meaning}`)
    })
}
