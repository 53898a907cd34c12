import type { Command } from 'commander'
import { allCommands, shownCommands } from './manual.js'

/** Completion for shells: a script that has all commands and options in it, so that completing starts no program. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

/** The script for a shell, to be sourced by it. */
export function completionScript(program: Command, shell: Shell): string {
  const tree = treeOf(program)
  if (shell === 'fish') return fishScript(tree)
  return shell === 'bash'
    ? bashScript(tree)
    : `autoload -U +X bashcompinit && bashcompinit\n${bashScript(tree)}`
}

interface Node {
  /** The words that lead to it, without the program's name. */
  path: string
  words: { word: string; meaning: string }[]
}

/** The possible words after each command: its subcommands and options. */
function treeOf(program: Command): Node[] {
  const help = program.createHelp()
  return [program, ...allCommands(program)].map((command) => ({
    path: pathOf(command),
    words: [
      ...shownCommands(command).map((each) => ({ word: each.name(), meaning: each.description() })),
      ...help
        .visibleOptions(command)
        .map((option) => ({ word: option.long ?? option.flags, meaning: option.description })),
    ],
  }))
}

function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : ''
}

function bashScript(tree: readonly Node[]): string {
  const cases = tree
    .filter(({ path }) => path !== '')
    .map(({ path, words }) => `    '${path}') words='${words.map(({ word }) => word).join(' ')}' ;;`)
  const top = (tree.find(({ path }) => path === '')?.words ?? []).map(({ word }) => word).join(' ')
  return `_patchwork() {
  local words='${top}' path='' word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) continue ;; esac
    case "\${path:+$path }$word" in
${tree
  .filter(({ path }) => path !== '')
  .map(({ path }) => `      '${path}') path='${path}' ;;`)
  .join('\n')}
    esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _patchwork patchwork
`
}

function fishScript(tree: readonly Node[]): string {
  const lines = tree.flatMap(({ path, words }) => {
    const parts = path.split(' ').filter((part) => part !== '')
    const condition =
      parts.length === 0
        ? '__fish_use_subcommand'
        : parts.map((part) => `__fish_seen_subcommand_from ${part}`).join('; and ')
    return words.map(({ word, meaning }) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`
      return `complete -c patchwork -n '${condition}' ${what} -d '${meaning.replace(/['\\]/g, '\\$&')}'`
    })
  })
  return `${lines.join('\n')}\n`
}
