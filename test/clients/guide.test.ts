import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeDemo } from '../support/demo.js'
import { runProgram } from '../support/program.js'

/** Where the guides say that the demo is; curl is told where it is instead. */
const DEMO = '127.0.0.1:8000'

interface Command {
  line: string
  /** What the guide says that it prints, with `…` for what is left out. */
  printed: string
}

/** The commands in the blocks of a guide: each begins with `$ `, and goes on after a backslash. */
function commandsIn(guide: string): Command[] {
  const blocks = [...guide.matchAll(/^```console\n([^]*?)^```|^ {4}\$ [^]*?(?=\n\n\S)/gm)]
  return blocks.flatMap(([indented, fenced]) =>
    (fenced ?? indented.replace(/^ {4}/gm, ''))
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [, line = '', printed = ''] = /^((?:.*\\\n)*.*)\n?([^]*)$/.exec(text) ?? []
        return { line, printed: printed.trim() }
      }),
  )
}

/** What a text with `…` stands for. */
function pattern(printed: string): RegExp {
  const parts = printed.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('[^]*?')}$`)
}

describeDemo('the guides', (demo) => {
  it.each(['docs/api.md', 'README.md', 'docs/bots.md'])('show in %s what the demo prints', async (name) => {
    const guide = readFileSync(join(import.meta.dirname, '../..', name), 'utf8')
    const commands = commandsIn(guide)
    const settings = commands.filter(({ line }) => /^[A-Z]+=/.test(line)).map(({ line }) => line)
    const curls = commands.filter(({ line }) => line.startsWith('curl '))
    expect(curls).toHaveLength(guide.match(/^ *\$ curl /gm)?.length ?? 0)
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-guide-'))
    writeFileSync(join(folder, '.curlrc'), `connect-to = "${DEMO}:${new URL(demo.server).host}"\n`)
    for (const { line, printed } of curls) {
      const { stdout, stderr } = await runProgram(folder, 'bash', ['-c', [...settings, line].join('\n')])
      expect.soft(stdout.replaceAll('\r', '').trim() + stderr, line).toMatch(pattern(printed))
    }
  })
})
