import { Command, CommanderError } from 'commander'
import { isFromDatabase } from '../db/origin.js'
import { PatchworkError } from '../util/errors.js'
import { hideSecrets } from '../util/secrets.js'
import { VERSION } from '../util/version.js'

/** The exit code for wrong usage and for failed commands. */
const FAILURE = 1

/** A command line without commands; those that are added to it are as it is. */
export function newProgram(): Command {
  return (
    new Command('patchwork')
      .version(VERSION, '--version', 'print the version')
      .showHelpAfterError('(see --help for usage)')
      .exitOverride()
      // Arguments may be addresses with passwords.
      .configureOutput({ outputError: (text, write) => write(hideSecrets(text)) })
  )
}

/** What reads the output may end first, as `head` does: the command itself goes on. */
function ignoreClosedReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** Runs one command line of a program and returns its exit code; errors are printed as one sentence. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<number> {
  for (const output of [process.stdout, process.stderr])
    if (!output.listeners('error').includes(ignoreClosedReader)) output.on('error', ignoreClosedReader)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode
    process.stderr.write(`patchwork: ${hideSecrets(explain(error))}\n`)
    return FAILURE
  }
}

function explain(error: unknown): string {
  if (error instanceof PatchworkError) return error.message
  const { code, path, message } = error as { code?: string; path?: string; message?: string }
  if (isFromDatabase(error) && UNREACHABLE.test(code ?? '')) return 'The database server does not respond.'
  if (code === 'ENOENT' && path) return `The file '${path}' does not exist.`
  if (code === 'EACCES' && path) return `The file '${path}' cannot be read: permission denied.`
  if (code === 'EISDIR') return 'The path is a folder, not a file.'
  // Of a host with several addresses there is one error for each, and no message of all.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : []
  return message || (first instanceof Error && first.message) || String(error)
}

/** System error codes for an unreachable server. */
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/
