import { addMailCommand } from './commands/parsemail.js'
import { newProgram, runProgram } from './run.js'

/**
 * The command line with nothing but `parsemail`: a mail server starts it once for each mail, and loading all other
 * commands takes longer than taking the mail. `scripts/bundle.mjs` makes one file of it.
 */
export async function run(argv: readonly string[]): Promise<number> {
  const program = newProgram()
  addMailCommand(program)
  return await runProgram(program, argv)
}
