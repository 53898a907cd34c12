import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../src/cli/program.js'
import { SETTINGS } from '../src/config/settings.js'

/** What the documentation has people type, look up and follow is there. */

const ROOT = join(import.meta.dirname, '..')
const FILES = ['README.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]

interface Typed {
  file: string
  text: string
}

/** Pieces of code: between backticks, indented by four, or in a fenced block. */
function codeOf(text: string): string[] {
  const fenced = [...text.matchAll(/^```\w*\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'))
  const rest = text.replaceAll(/^```.*?^```/gms, '')
  const indented = [...rest.matchAll(/^ {4,}(\S.*)$/gm)].map(([, line = '']) => line)
  const inline = [...rest.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
  return [...fenced, ...indented, ...inline]
}

/** Each use of the command line; `patchwork project add, edit` is two. */
const COMMANDS: Typed[] = FILES.flatMap((file) =>
  codeOf(readFileSync(join(ROOT, file), 'utf8')).flatMap((code) => {
    const [, words] =
      /(?:^|[\s/;'(])patchwork ((?!COMMAND|patchwork|unix )[a-z].*?)(?: *[#|;&<>'\\].*)?$/.exec(code) ?? []
    if (words === undefined || code.startsWith('#')) return []
    const [first = '', ...others] = words.split(/, (?=[a-z-]+(?:,|$))/)
    const group = first.replace(/ \S+$/, '')
    return [first, ...others.map((other) => `${group} ${other}`)].map((text) => ({ file, text }))
  }),
)

describe('the commands of the documentation', () => {
  it('are found', () => {
    expect(COMMANDS.length).toBeGreaterThan(60)
  })

  it.each(COMMANDS)('$file: patchwork $text', ({ text }) => {
    const words = text.replaceAll(/[[\]]/g, '').split(/\s+/)
    let command: Command = buildProgram()
    const isGroup = () => command.commands.length > 0
    while (isGroup() && words[0] !== '…' && words.length > 0) {
      const next = command.commands.find((each) => each.name() === words[0])
      expect(next, `${words[0]} is a command`).toBeDefined()
      command = next as Command
      words.shift()
    }
    for (const word of words.filter((each) => each.startsWith('--')))
      expect(command.options.map(({ long }) => long)).toContain(word.split('=')[0])
    if (!isGroup()) expect(argumentsAmong(words, command)).toBeLessThanOrEqual(mostArguments(command))
  })
})

/** How many of some words are no options, and no values of options. */
function argumentsAmong(words: readonly string[], command: Command): number {
  let count = 0
  for (let index = 0; index < words.length; index++) {
    const option = command.options.find(({ long }) => long === words[index])
    if (option?.required) index++
    else if (!option) count++
  }
  return count
}

function mostArguments({ registeredArguments }: Command): number {
  return registeredArguments.some(({ variadic }) => variadic) ? Infinity : registeredArguments.length
}

describe('the documentation', () => {
  it.each(FILES)('names settings that there are: %s', (file) => {
    const named = readFileSync(join(ROOT, file), 'utf8').match(/PATCHWORK_[A-Z_]+/g) ?? []
    const known = new Set([
      'PATCHWORK_CONFIG',
      'PATCHWORK_TOKEN',
      ...Object.values(SETTINGS).map(({ variable }) => variable),
    ])
    expect(named.filter((name) => !known.has(name))).toEqual([])
  })

  // The guides are shown in the site, whose addresses begin with a slash; the tests of pages follow those.
  it.each(FILES)('leads somewhere: %s', (file) => {
    const text = readFileSync(join(ROOT, file), 'utf8')
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => !/^(?:https?:|\/)/.test(link) && !leadsSomewhere(file, link))
    expect(broken).toEqual([])
  })
})

function leadsSomewhere(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? join(ROOT, file) : join(ROOT, dirname(file), path)
  if (!existsSync(target)) return false
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor)
}

/** As code hosts make them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
