import { to } from './archive-mail.js'
import { Chance } from './chance.js'
import type { MailOptions } from './mail.js'
import { type Delivered } from './order-archives.js'

/**
 * Archives in which it is hard to see which series are versions of one work: several works of few senders have the same
 * names, at almost the same time. They look random and are the same for the same seed.
 */

const START = Date.UTC(2026, 9, 5, 10)
const SENDERS = ['Jo Faro <jo@example.org>', 'Mira Keeper <mira@example.org>', 'Jo Faro <faro@example.net>']
const NAMES = ['lamp: fix typos', 'lamp: trim', 'shade: clean up']
const FILES = ['lamp.c', 'wick.c', 'shade.h', 'doc/lamp.txt']
const MINUTE = 60
const DAY = 86_400

interface Dated extends MailOptions {
  id: string
  seconds: number
}

/** A patch of a work: its name and the lines that it adds to a file. */
interface Part {
  name: string
  file: string
  lines: string[]
}

class DenseArchive extends Chance {
  readonly mails: Dated[] = []
  #lines = 0

  constructor(seed: number) {
    super(seed * 6271 + 3)
  }

  /** Something behind a name that does not change it: a cover of the very name of an earlier one would be a comment. */
  get dots(): string {
    return '.'.repeat(this.mails.length)
  }

  part(name: string): Part {
    return { name, file: this.any(FILES), lines: this.lines(2 + this.below(4)) }
  }

  /** Lines that no other patch has, or that many have. */
  lines(count: number): string[] {
    return Array.from({ length: count }, () =>
      this.happens(0.15) ? 'the_same_line_in_many();' : `line_${this.#lines++}();`,
    )
  }

  /** The next version of a patch. */
  reworked({ name, file, lines }: Part): Part {
    const kept = lines.filter(() => !this.happens(0.3))
    return {
      name: this.happens(0.1) ? this.any(NAMES) : name,
      file: this.happens(0.1) ? this.any(FILES) : file,
      lines: [...kept, ...this.lines(this.below(3))],
    }
  }
}

/** The versions of one work. */
class Work {
  readonly #all: DenseArchive
  readonly #id: string
  readonly #from: string
  readonly #name: string
  #parts: Part[]
  #seconds: number
  #posted = 0
  #roots: string[] = []

  constructor(all: DenseArchive, id: string, names: readonly string[]) {
    this.#all = all
    this.#id = id
    this.#from = all.any(SENDERS)
    this.#name = all.any(names)
    const isOne = all.happens(0.4)
    this.#parts = Array.from({ length: isOne ? 1 : 2 + all.below(2) }, (_, index) =>
      all.part(isOne ? this.#name : `${all.any(names)} ${index}`),
    )
    this.#seconds = all.below(3) * (all.happens(0.5) ? MINUTE : DAY)
  }

  generate(): void {
    const all = this.#all
    const hasDraft = all.happens(0.25)
    if (hasDraft) for (let draft = 1; draft <= 1 + all.below(2); draft++) this.#post('RFC ', draft)
    const versions = 1 + all.below(3)
    for (let version = 1; version <= versions; version++) {
      this.#post('', version)
      if (all.happens(0.25)) this.#post(all.happens(0.6) ? 'RESEND ' : '', version)
      this.#parts = this.#parts.map((part) => all.reworked(part))
      if (all.happens(0.2)) this.#parts.push(all.part(`${this.#name} too`))
      if (version < versions && all.happens(0.2)) this.#reroll(version + 1)
    }
  }

  /** Posts all patches, with a cover if there are several. */
  #post(prefix: string, version: number): void {
    const all = this.#all
    const id = this.#next()
    const label = version > 1 ? ` v${version}` : ''
    const thread = all.happens(0.3) ? this.#roots.slice(-1) : []
    const total = this.#parts.length
    const said = this.#say(version)
    if (total === 1) return this.#patch(id, `[${prefix}PATCH${label}]`, this.#parts[0] as Part, thread, said)
    this.#add(
      `${id}c`,
      `[${prefix}PATCH${label} 0/${total}] ${this.#name}${all.dots}`,
      thread,
      `All.\n${said}`,
    )
    this.#parts.forEach((part, index) => {
      if (all.happens(0.1)) return
      this.#patch(
        `${id}p${index}`,
        `[${prefix}PATCH${label} ${index + 1}/${total}]`,
        part,
        [...thread, `${id}c`],
        '',
      )
    })
    this.#roots.push(`${id}c`)
  }

  /** Posts one patch alone as the next version. */
  #reroll(version: number): void {
    const part = this.#all.reworked(this.#all.any(this.#parts))
    this.#patch(this.#next(), `[PATCH v${version}]`, part, this.#roots.slice(-1), '')
  }

  #say(version: number): string {
    const last = this.#roots.at(-1)
    if (version > 1 && last !== undefined && this.#all.happens(0.1)) return `\nLink to v1: <${last}@x>\n`
    return this.#all.happens(0.1) ? `\nchange-id: ${this.#id}\n` : ''
  }

  #next(): string {
    this.#seconds += this.#all.happens(0.5) ? this.#all.below(3) * MINUTE : DAY * this.#all.below(40)
    return `${this.#id}n${++this.#posted}`
  }

  #patch(
    id: string,
    prefix: string,
    { name, file, lines }: Part,
    thread: readonly string[],
    said: string,
  ): void {
    const diff = [
      `diff --git a/${file} b/${file}`,
      `--- a/${file}`,
      `+++ b/${file}`,
      `@@ -1 +1,${lines.length + 1} @@`,
      ' int lamp(void);',
      ...lines.map((line) => `+${line}`),
    ].join('\n')
    this.#add(id, `${prefix} ${name}`, thread, `Text.\n${said}---\n${diff}\n`)
    if (!id.includes('p')) this.#roots.push(id)
  }

  #add(id: string, subject: string, thread: readonly string[], body: string): void {
    const seconds = (this.#seconds += this.#all.below(2))
    this.#all.mails.push({
      id,
      subject,
      from: this.#from,
      body,
      seconds,
      ...(thread.length > 0 && to(...thread)),
    })
  }
}

/** An archive, in the order of a list. */
export function generateDenseArchive(seed: number): Delivered[] {
  const all = new DenseArchive(seed)
  const names = NAMES.slice(0, 1 + all.below(NAMES.length))
  const works = 2 + all.below(3)
  for (let work = 0; work < works; work++) new Work(all, `w${work}`, names).generate()
  return all.mails
    .toSorted((a, b) => a.seconds - b.seconds || (a.id < b.id ? -1 : 1))
    .map(({ seconds, ...options }) => ({
      ...options,
      date: new Date(START + seconds * 1000).toUTCString().replace('GMT', '+0000'),
    }))
}

/** Single patches of one name by one sender, more than are compared with each other, in the order of a list. */
export function generateNamesakes(seed: number, count: number): Delivered[] {
  const all = new DenseArchive(seed)
  const bodies = Array.from({ length: 8 }, () => all.lines(4))
  return Array.from({ length: count }, (_, number) => {
    const version = 1 + all.below(3)
    const lines = [...all.any(bodies).slice(all.below(2)), ...all.lines(1)]
    const diff = `--- a/lamp.c\n+++ b/lamp.c\n@@ -1 +1,9 @@\n int lamp(void);\n${lines.map((line) => `+${line}\n`).join('')}`
    return {
      id: `n${number}`,
      subject: `[PATCH${version > 1 ? ` v${version}` : ''}] lamp: trim`,
      body: `Text.\n---\n${diff}`,
      date: new Date(START + number * 90_000).toUTCString().replace('GMT', '+0000'),
    }
  })
}
