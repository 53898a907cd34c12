import type { Argument, Command, Option } from 'commander'

/** Manual pages (man(7)) made of what `--help` is made of. */

/** All commands below a program, the ones that only hold others included, in their order; none that is hidden. */
export function allCommands(program: Command): Command[] {
  return shownCommands(program).flatMap((command) => [command, ...allCommands(command)])
}

/** The commands directly below another one that its help shows. */
export function shownCommands(program: Command): Command[] {
  const visible = new Set(program.createHelp().visibleCommands(program))
  return program.commands.filter((command) => visible.has(command))
}

/** The name of a command as one word, as manual pages have it: `patchwork-project-add`. */
export function pageName(command: Command): string {
  return command.parent ? `${pageName(command.parent)}-${command.name()}` : command.name()
}

/** The manual page of a command, as roff for `man -l`. */
export function manualPage(command: Command): string {
  const help = command.createHelp()
  const name = pageName(command)
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "Patchwork" "Patchwork Manual"`,
    '.SH NAME',
    `${escape(name)} \\- ${escape(command.description())}`,
    '.SH SYNOPSIS',
    `.B ${escape(help.commandUsage(command))}`,
    ...section('ARGUMENTS', help.visibleArguments(command), (each) => [
      each.name(),
      help.argumentDescription(each),
    ]),
    ...section('OPTIONS', help.visibleOptions(command), (each) => [each.flags, help.optionDescription(each)]),
    ...section('COMMANDS', help.visibleCommands(command), (each) => [
      help.subcommandTerm(each),
      help.subcommandDescription(each),
    ]),
    ...notes(command),
    ...seeAlso(command),
  ]
  return `${lines.join('\n')}\n`
}

function section<T extends Argument | Option | Command>(
  title: string,
  items: readonly T[],
  describe: (item: T) => [string, string],
): string[] {
  if (items.length === 0) return []
  const entries = items.map(describe).flatMap(([term, text]) => ['.TP', `.B ${escape(term)}`, escape(text)])
  return [`.SH ${title}`, ...entries]
}

/** Text that commands add after their help; commander only prints it and does not return it. */
function notes(command: Command): string[] {
  let text = ''
  command.configureOutput({ writeOut: (written) => (text += written) })
  command.outputHelp()
  const help = command.helpInformation()
  const rest = text.slice(text.indexOf(help) + help.length).trim()
  return rest ? ['.SH NOTES', ...rest.split('\n').map(escape)] : []
}

function seeAlso(command: Command): string[] {
  const near = command.parent
    ? [command.parent]
    : shownCommands(command).filter((each) => each.name() !== 'help')
  if (near.length === 0) return []
  return ['.SH SEE ALSO', near.map((each) => `.BR ${escape(pageName(each))} (1)`).join(' ,\n')]
}

/** Roff takes a backslash, and a dot or a quote that begins a line, for its own. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&')
}
