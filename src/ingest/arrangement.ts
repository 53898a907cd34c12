import { withoutPrefixes } from '../domain/series/rules.js'
import { moveCover } from './late-covers.js'
import { type Group, isLeading, isLed, isOpenTo, rank, type SeriesMail, standsAlone } from './series-mail.js'
import { isWithinWindow } from './time-window.js'

/**
 * Groups mails into series. `arrange` depends only on the mails, not on the order of their arrival: it processes
 * them by date, as if the list had delivered them in order.
 */

function placeName(version: number, number: number, total: number): string {
  return `${version} ${number}/${total}`
}

function placeOf({ version, marker }: SeriesMail): string {
  return placeName(version, marker?.number ?? 0, marker?.total ?? 0)
}

/** Names the place and the sender of a patch. */
function markersOf(mail: SeriesMail): string {
  return `${mail.submitter} ${placeOf(mail)}`
}

/** Names the resent patches of one sender, version and length that answer the same mail. */
function resentKey({ submitter, version, marker }: SeriesMail, answered: string): string {
  return `${submitter} ${version} ${marker?.total ?? 0} ${answered}`
}

/** The mails placed so far, indexed by the keys that lead to their series. */
class Arrangement<M extends SeriesMail> {
  readonly groups: Group<M>[] = []
  readonly #byId = new Map<string, Group<M>[]>()
  /** For each message id, the mails that answer it. */
  readonly #answers = new Map<string, M[]>()

  /** The threaded patches for each place. */
  readonly #siblings: ReadonlyMap<string, readonly M[]>
  /** The patches without a thread for each sender and place. */
  readonly #unthreaded: ReadonlyMap<string, readonly M[]>
  readonly #placed = new Set<M>()
  /** Resent patches, by what they answer. */
  readonly #resent = new Map<string, M[]>()

  constructor(mails: readonly M[]) {
    const threaded = mails.filter(({ kind, references }) => kind === 'patch' && references.length > 0)
    this.#siblings = Map.groupBy(threaded, placeOf)
    const unthreaded = mails.filter(
      ({ kind, references, isRevised }) => kind === 'patch' && references.length === 0 && !isRevised,
    )
    this.#unthreaded = Map.groupBy(unthreaded, markersOf)
    for (const mail of mails.filter(({ kind, isResent }) => kind === 'patch' && isResent))
      for (const id of mail.references) {
        const key = resentKey(mail, id)
        const others = this.#resent.get(key)
        if (others) others.push(mail)
        else this.#resent.set(key, [mail])
      }
    for (const mail of mails)
      for (const id of mail.references) {
        const answers = this.#answers.get(id)
        if (answers) answers.push(mail)
        else this.#answers.set(id, [mail])
      }
  }

  place(mail: M): void {
    if (mail.kind === 'cover') this.#placeCover(mail)
    else if (mail.kind === 'beside') this.#placeBeside(mail)
    else if (isLeading(mail)) this.#placeLeader(mail)
    else if (!mail.marker) this.#begin(mail)
    else this.#placePatch(mail, mail.marker)
  }

  #placePatch(mail: M, { number, total }: { number: number; total: number }): void {
    const known = this.#leadingTo([mail.msgid, ...mail.references]).filter((group) => !standsAlone(group))
    const sameVersion = known.filter(({ version }) => version === mail.version)
    const isFree = (group: Group<M>) => !group.places.has(number)
    const exact = sameVersion.filter(
      (group) => group.total === total && (group.places.size > 0 || group.cover || group.beside),
    )
    const fit = exact.find((group) => isFree(group) || this.#replaces(mail, group.places.get(number)))
    if (fit) return isFree(fit) ? this.#join(fit, mail) : this.#replace(fit, number, mail)
    const led = sameVersion.find(
      ({ places, leader, cover, beside }) =>
        places.size === 0 && (cover || beside || leader?.submitter === mail.submitter),
    )
    if (led) return this.#join(led, mail)
    const near = this.#byMarkers(mail, total)
    const marked = this.#inTurn(
      mail,
      near.filter((group) => isFree(group) && !this.#isReserved(group, number, mail)),
    )
    const loose = known.filter(
      (group) =>
        isFree(group) &&
        isWithinWindow(mail.date, group.begin.date) &&
        (group.total > 1 || group.places.size === 0),
    )
    const found = marked ?? loose.find((group) => !group.leader || group.leader.submitter === mail.submitter)
    const revised = mail.isRevised
      ? near.find((group) => this.#replaces(mail, group.places.get(number)))
      : undefined
    if (found) this.#join(found, mail)
    else if (revised) this.#replace(revised, number, mail)
    else this.#begin(mail)
  }

  /**
   * The series of a patch, of those that its markers lead to, the nearest first: the one that began first if each can get
   * such a patch, because series that are sent side by side go on in the order in which they began; else the nearest.
   */
  #inTurn(mail: M, open: readonly Group<M>[]): Group<M> | undefined {
    const [nearest] = open
    if (open.length < 2 || mail.references.length > 0 || open.some(({ isThreaded }) => isThreaded))
      return nearest
    const rest = this.#unthreaded.get(markersOf(mail)) ?? []
    const isNear = (each: M) => open.every(({ begin }) => isWithinWindow(each.date, begin.date))
    const left = rest.filter((each) => isNear(each) && !this.#placed.has(each))
    if (left.length < open.length) return nearest
    return this.groups.find((group) => open.includes(group))
  }

  /** Whether a place in a threaded series is that of a later patch of the same thread, and not of one in the thread itself. */
  #isReserved(group: Group<M>, number: number, mail: M): boolean {
    const { version, total, places } = group
    const known = this.#siblings.get(placeName(version, number, total)) ?? []
    const siblings = known.filter(
      (each) => !this.#placed.has(each) && isWithinWindow(each.date, group.begin.date),
    )
    const isOfThread = (other: M) =>
      [...places.values()].some(({ msgid, references }) =>
        other.references.some((id) => id === msgid || references.includes(id)),
      )
    return siblings.length > 0 && !isOfThread(mail) && siblings.some(isOfThread)
  }

  /**
   * Whether a patch replaces another one: `v1.1`, or the same place in an answer to it, or the same patch as a `RESEND`.
   * A patch that numbered patches of its version answer, or that is resent with all others, begins a new series.
   */
  #replaces(mail: M, old: M | undefined): boolean {
    if (!old || old.submitter !== mail.submitter || old.date > mail.date) return false
    if (mail.isRevised) return true
    const siblings = this.#answers.get(mail.msgid) ?? []
    if (siblings.some(({ marker, version }) => marker?.number && version === mail.version)) return false
    return mail.references[0] === old.msgid || this.#isResendOf(mail, old)
  }

  #isResendOf(mail: M, old: M): boolean {
    if (!mail.isResent || withoutPrefixes(mail.name) !== withoutPrefixes(old.name)) return false
    return mail.references.every((id) => {
      const resent = this.#resent.get(resentKey(mail, id)) ?? []
      const coming = resent.filter((each) => !this.#placed.has(each))
      return new Set(coming.map(({ marker }) => marker?.number)).size < (mail.marker?.total ?? 0)
    })
  }

  #replace(group: Group<M>, number: number, mail: M): void {
    const old = group.places.get(number) as M
    group.replaced.set(old, mail)
    for (const [replaced, by] of group.replaced) if (by === old) group.replaced.set(replaced, mail)
    const { isThreaded } = group
    this.#join(group, mail)
    // It answers a patch; the series stays as it was sent.
    group.isThreaded = isThreaded
  }

  #placeCover(mail: M): void {
    const own = this.#leadingTo([mail.msgid]).find((group) => isOpenTo(mail, group))
    const late = own ?? this.#lateSeries(mail)
    if (late) this.#join(late, mail)
    else this.#begin(mail)
  }

  #placeBeside(mail: M): void {
    const own = this.#leadingTo([mail.msgid]).find((group) => isOpenTo(mail, group))
    if (own) this.#join(own, mail)
    else this.#begin(mail)
  }

  /**
   * A series whose cover arrived last: one without a thread, or one with a mail that the cover answers. None if later patches
   * answer the cover.
   */
  #lateSeries(mail: M): Group<M> | undefined {
    const isOwn = (each: M) =>
      each.kind === 'patch' &&
      each.references[0] === mail.msgid &&
      each.version === mail.version &&
      each.marker?.total === mail.marker?.total &&
      !this.#placed.has(each)
    if (this.#answers.get(mail.msgid)?.some(isOwn)) return undefined
    return this.#byMarkers(mail, mail.marker?.total ?? 0).find(
      (group) =>
        !isLed(group) &&
        group.places.size > 0 &&
        (!group.isThreaded ||
          [...group.places.values()].some(({ msgid }) => mail.references.includes(msgid))),
    )
  }

  #placeLeader(mail: M): void {
    const own = this.#leadingTo([mail.msgid]).find(
      (group) => isOpenTo(mail, group) && group.begin.submitter === mail.submitter,
    )
    if (own) this.#join(own, mail)
    else this.#begin(mail)
  }

  /** Series of the same sender, version and length within the time window; the one that began last first. */
  #byMarkers(mail: M, total: number): Group<M>[] {
    return this.groups
      .filter(
        (group) =>
          group.begin.submitter === mail.submitter &&
          group.version === mail.version &&
          group.total === total &&
          !standsAlone(group) &&
          (!group.leader || group.leader.marker) &&
          isWithinWindow(mail.date, group.begin.date),
      )
      .toReversed()
  }

  #leadingTo(msgids: readonly string[]): Group<M>[] {
    return [...new Set(msgids.flatMap((id) => (this.#byId.get(id) ?? []).toReversed()))]
  }

  #begin(mail: M): void {
    const group: Group<M> = {
      begin: mail,
      version: mail.version,
      total: mail.marker?.total ?? 1,
      places: new Map(),
      replaced: new Map(),
      isThreaded: false,
    }
    this.groups.push(group)
    this.#put(group, mail)
    // A cover answers another series, often the previous version.
    const isPatch = mail.kind !== 'cover' && mail.marker?.number
    for (const id of [mail.msgid, ...(isPatch ? mail.references : [])]) this.#lead(id, group)
    const cover = moveCover(this.groups, group)
    if (cover) this.#lead(cover.msgid, group)
  }

  #join(group: Group<M>, mail: M): void {
    this.#put(group, mail)
    this.#lead(mail.msgid, group)
  }

  #lead(id: string, group: Group<M>): void {
    const groups = this.#byId.get(id)
    if (!groups) this.#byId.set(id, [group])
    else if (!groups.includes(group)) groups.push(group)
  }

  #put(group: Group<M>, mail: M): void {
    this.#placed.add(mail)
    if (mail.references.length > 0) group.isThreaded = true
    if (mail.kind === 'cover') group.cover = mail
    else if (mail.kind === 'beside') group.beside = mail
    else if (isLeading(mail)) group.leader = mail
    else {
      const { number, total } = mail.marker ?? { number: 1, total: 1 }
      // The patches state the length more reliably than a cover.
      if (group.places.size === 0) group.total = total
      group.places.set(number, mail)
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** Groups mails into series, in time proportional to mails × series; callers limit both. */
export function arrange<M extends SeriesMail>(mails: readonly M[]): Group<M>[] {
  const arrangement = new Arrangement(mails)
  const inOrder = mails.toSorted(
    (a, b) =>
      compare(a.date.slice(0, 19), b.date.slice(0, 19)) || rank(a) - rank(b) || compare(a.msgid, b.msgid),
  )
  for (const mail of inOrder) arrangement.place(mail)
  return arrangement.groups
}
