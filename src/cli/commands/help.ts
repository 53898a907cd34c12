import { Argument, type Command } from 'commander'
import { NotFound } from '../../util/errors.js'
import { completionScript, SHELLS, type Shell } from '../completion.js'
import { allCommands, manualPage, pageName } from '../manual.js'

/** `man` and `completion`: what `--help` knows, in the form of others. */
export function addHelpCommands(program: Command): void {
  program
    .command('man [command...]')
    .description('Print the manual page of a command, to be read with `man -l -`.')
    .action((words: string[]) => print(manualPage(find(program, words))))
  program
    .command('completion')
    .description('Print the completion script for a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => print(completionScript(program, shell)))
}

function find(program: Command, words: readonly string[]): Command {
  const name = [program.name(), ...words].join('-')
  const command = [program, ...allCommands(program)].find((each) => pageName(each) === name)
  if (!command) throw new NotFound(`There is no command '${words.join(' ')}'.`)
  return command
}

function print(text: string): void {
  process.stdout.write(text)
}
