import { PULL, to } from './archive-mail.js'
import { Chance } from './chance.js'
import { type MailOptions, PATCH_BODY } from './mail.js'
import type { Delivered } from './order-archives.js'

/** Archives that look random and are the same for the same seed: versions of series in all kinds of threads. */

const START = Date.UTC(2026, 9, 5, 10)
const OTHER_LIST = 'shades.example.org'
const JO = 'Jo Faro <jo@example.org>'

/** How the mails of a series are threaded, and what leads it. */
const STYLES = [
  'cover',
  'first',
  'none',
  'none with cover',
  'late cover',
  'pull',
  'numbered pull',
  'deep',
] as const
type Style = (typeof STYLES)[number]

interface Dated extends MailOptions {
  id: string
  subject: string
  seconds: number
}

class Archive extends Chance {
  readonly mails: Dated[] = []

  constructor(seed: number) {
    super(seed * 7919 + 1)
  }

  add(
    id: string,
    subject: string,
    seconds: number,
    references: readonly string[],
    more: MailOptions = {},
  ): void {
    const thread = references.length > 0 ? to(...references) : {}
    this.mails.push({ ...more, ...thread, id, subject, seconds })
  }

  /** Some versions of one series by one sender. */
  family(name: string): void {
    const from = this.happens(0.7) ? {} : { from: JO }
    let seconds = this.below(4) * 600 + this.below(30)
    let previous: string | undefined
    for (let version = 1; version <= 1 + this.below(3); version++) {
      const thread = previous !== undefined && this.happens(0.6) ? [previous] : []
      const series = new GeneratedSeries(
        this,
        `${name}v${version}.`,
        version > 1 ? ` v${version}` : '',
        thread,
        from,
      )
      seconds = series.generate(seconds)
      previous = series.root
      seconds += this.happens(0.25) ? this.below(200) : 40_000 + this.below(1000)
    }
  }
}

class GeneratedSeries {
  readonly #all: Archive
  readonly #id: string
  readonly #label: string
  readonly #thread: readonly string[]
  readonly #from: MailOptions
  readonly #style: Style
  readonly #total: number

  constructor(all: Archive, id: string, label: string, thread: readonly string[], from: MailOptions) {
    this.#all = all
    this.#id = id
    this.#label = label
    this.#thread = thread
    this.#from = from
    this.#style = STYLES[all.below(STYLES.length)] as Style
    this.#total = 1 + all.below(3)
  }

  /** The id of the mail that a later version answers. */
  get root(): string {
    return `${this.#id}${this.#isLed ? 0 : 1}`
  }

  get #isLed(): boolean {
    return ['cover', 'deep', 'pull', 'numbered pull'].includes(this.#style)
  }

  /** Adds its mails; returns the time of the last of them. */
  generate(start: number): number {
    const length = this.#all.happens(0.9) ? this.#total : this.#total + 1
    let seconds = start
    if (this.#style !== 'late cover') this.#addLeader(seconds)
    for (let number = 1; number <= length; number++) {
      seconds += this.#all.below(3)
      this.#addPatch(number, length, seconds)
    }
    if (this.#style === 'late cover') this.#addLeader(seconds + 1 + this.#all.below(3))
    if (this.#all.happens(0.12)) this.#addResend(length, seconds + 9000)
    return seconds
  }

  #addLeader(seconds: number): void {
    const [label, total, style] = [this.#label, this.#total, this.#style]
    const thread = this.#isLed ? this.#thread : []
    const add = (subject: string, body: string) =>
      this.#all.add(`${this.#id}0`, `${subject} lamp`, seconds, thread, { ...this.#from, body })
    if (style === 'pull') add(`[GIT PULL${label}]`, PULL)
    else if (style === 'numbered pull')
      add(this.#all.happens(0.7) ? `[GIT PULL${label} 0/${total}]` : `[PATCH${label} 0/${total}]`, PULL)
    else if (this.#isLed || style !== 'first') if (style !== 'none') add(`[PATCH${label} 0/${total}]`, 'All.')
  }

  #addPatch(number: number, length: number, seconds: number): void {
    const all = this.#all
    const id = `${this.#id}${number}`
    const subject = `[PATCH${this.#label} ${number}/${length}] part ${number}`
    const thread = this.#threadOf(number)
    const from = all.happens(0.05) ? { from: JO } : this.#from
    if (!all.happens(0.05)) all.add(id, subject, seconds, thread, { ...from, body: PATCH_BODY })
    if (all.happens(0.25))
      all.add(`${id}r`, `Re: ${subject}`, seconds + 1000, [...thread, id], {
        from: JO,
        body: `Reviewed-by: Jo Faro <jo@example.org>${number === 1 ? ' for the series' : ''}`,
      })
    if (all.happens(0.15))
      all.add(`${id}s`, `Re: ${subject}`, seconds + 2000, [`${id}r`], { ...from, body: 'Thanks.' })
    if (all.happens(0.12))
      all.add(
        `${id}n`,
        all.happens(0.5)
          ? subject
          : subject.replace(/PATCH(?: v\d)?/, '$&.1').replace('PATCH.1', 'PATCH v1.1'),
        seconds + 5000,
        [...thread, id],
        from,
      )
  }

  /** What a patch answers: nothing, the leader, the first patch, all before it, or the previous version only. */
  #threadOf(number: number): string[] {
    const [thread, root] = [this.#thread, this.root]
    if (this.#style === 'first') return number === 1 ? [...thread] : [root]
    if (!this.#isLed) return []
    if (this.#style === 'deep')
      return [...thread, ...Array.from({ length: number }, (_, index) => `${this.#id}${index}`)]
    return this.#all.happens(0.1) && thread.length > 0 ? [...thread] : [...thread, root]
  }

  /** The whole series again, in answer to its first patch. */
  #addResend(length: number, seconds: number): void {
    const first = `${this.#id}1`
    for (let number = 1; number <= length; number++)
      this.#all.add(
        `${this.#id}${number}again`,
        `[PATCH${this.#label} ${number}/${length}] part ${number}`,
        seconds + number,
        number > 1 ? [first, `${first}again`] : [first],
        this.#from,
      )
  }
}

/** An archive, in the order of a list. */
export function generateArchive(seed: number): Delivered[] {
  const all = new Archive(seed)
  const families = 1 + all.below(3)
  for (let family = 0; family < families; family++) all.family(`f${family}`)
  // Some are sent to a second list too, of another project.
  const others = all.mails.filter(() => all.happens(0.1)).map((each) => ({ ...each, list: OTHER_LIST }))
  return [...all.mails, ...others]
    .toSorted((a, b) => a.seconds - b.seconds || (a.id < b.id ? -1 : 1))
    .map(({ seconds, ...options }) => ({
      ...options,
      date: new Date(START + seconds * 1000).toUTCString().replace('GMT', '+0000'),
    }))
}
