import type { Command } from 'commander'
import { describeConfig } from '../../config/config.js'

export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('List all settings with their values and where each value comes from.')
    .option('--json', 'print JSON')
    .action(({ json }: { json?: boolean }) => {
      const settings = describeConfig(process.env)
      if (json) return console.log(JSON.stringify(settings, null, 2))
      for (const { variable, value, source, meaning } of settings)
        console.log(`${variable}=${value ?? ''}\n    ${source}; ${meaning}`)
    })
}
