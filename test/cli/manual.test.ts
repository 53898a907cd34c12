import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { completionScript } from '../../src/cli/completion.js'
import { allCommands, manualPage, pageName } from '../../src/cli/manual.js'
import { buildProgram } from '../../src/cli/program.js'

const program = buildProgram()
const commands = [program, ...allCommands(program)]

/** A script of bash that says what it would offer for some words. */
function offers(...words: string[]): string[] {
  const file = join(mkdtempSync(join(tmpdir(), 'patchwork-completion-')), 'patchwork.bash')
  writeFileSync(file, completionScript(buildProgram(), 'bash'))
  const script = `source ${file}; COMP_WORDS=(patchwork "$@"); COMP_CWORD=$#; _patchwork; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
    .trim()
    .split('\n')
}

describe('the manual', () => {
  it.each(commands.map((command) => [pageName(command), command] as const))(
    'has a page for %s, with a sentence and all its options',
    (name, command) => {
      const page = manualPage(command)
      expect(page).toContain(`.TH ${name.toUpperCase()} 1`)
      expect(command.description(), name).toMatch(/^[A-Z].*\.$/)
      for (const option of command.options) {
        expect(page).toContain((option.long ?? '').replaceAll('-', '\\-'))
        expect(option.description, `${name} ${option.flags}`).not.toBe('')
      }
    },
  )

  it('tells what stands behind the help of a command', () => {
    const parsemail = commands.find((command) => command.name() === 'parsemail')
    expect(parsemail && manualPage(parsemail)).toContain('.SH NOTES\nExit codes: 0')
  })

  it('leaves nothing for roff to take for a request of its own', () => {
    const command = buildProgram().command('odd').description('.so /etc/passwd \\fB')
    expect(manualPage(command)).toContain('odd \\- \\&.so /etc/passwd \\efB')
    command.addHelpText('after', '\n.so /etc/passwd\n')
    expect(manualPage(command)).toContain('\n\\&.so /etc/passwd')
  })
})

describe('the completion', () => {
  it('offers commands, the commands below them, and their options', () => {
    expect(offers('proj')).toEqual(['project'])
    expect(offers('project', '')).toEqual(expect.arrayContaining(['add', 'edit', 'list', 'remove']))
    expect(offers('project', 'add', 'lamps', '--list-e')).toEqual(['--list-email'])
    expect(offers('serve', '--no')).toContain('--no-cron')
  })

  it.each(['bash', 'zsh', 'fish'] as const)(
    'for %s has each command, and is read without complaint',
    (shell) => {
      const script = completionScript(buildProgram(), shell)
      for (const command of commands.slice(1)) expect(script).toContain(command.name())
      const { status, error } = spawnSync(shell, ['-n'], { input: script })
      // A shell that is not installed can't say.
      if (!error) expect(status).toBe(0)
    },
  )
})
