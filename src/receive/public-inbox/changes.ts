import { gitLines } from './git.js'

/** The effect of a commit on one mail. */
export interface Change {
  commit: string
  kind: 'added' | 'deleted'
  /** The blob of the mail. */
  oid: string
}

/** Parents precede their children, regardless of dates: a reader that stops at a commit has seen all its ancestors. */
const LOG = [
  'log',
  '--reverse',
  '--topo-order',
  '--format=%H',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '--no-color',
  '--no-show-signature',
]

/** `:MODE MODE OLD NEW STATUS<tab>PATH` (git-diff(1), raw output format) */
const RAW = /^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+) ([AMD])\t(.+)$/

/** The path of a mail in the first layout. */
const V1_PATH = /^[0-9a-f]{2}\/[0-9a-f]{38}$/

/** The changes by a range of commits, the oldest first. Throws Invalid if git fails. */
export async function* changesOf(folder: string, range: string): AsyncGenerator<Change> {
  let commit = ''
  for await (const line of gitLines(folder, [...LOG, range, '--'])) {
    const [, old, oid, status, path] = RAW.exec(line) ?? []
    if (path === undefined) commit = line || commit
    else
      yield* changesOfFile({ commit, old: old as string, oid: oid as string, status: status as string, path })
  }
}

function* changesOfFile(raw: {
  commit: string
  old: string
  oid: string
  status: string
  path: string
}): Generator<Change> {
  const { commit, old, oid, status, path } = raw
  if (V1_PATH.test(path)) {
    if (status !== 'A') yield { commit, kind: 'deleted', oid: old }
    if (status !== 'D') yield { commit, kind: 'added', oid }
  } else if (status !== 'D') {
    // In the second layout, a removed file only makes room for the next mail.
    if (path === 'm') yield { commit, kind: 'added', oid }
    if (path === 'd') yield { commit, kind: 'deleted', oid }
  }
}
