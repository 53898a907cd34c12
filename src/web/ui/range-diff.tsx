import type { ComparedPair, ComparedPatch } from '../../domain/series/range-diff.js'
import { patchPath } from '../../util/urls.js'
import type { RangeHunk, RangeLine, ShownHunks, Side } from '../diff/range-lines.js'
import { Code } from './code.js'
import { DateTime } from './date.js'

/** A pair of patches as a page shows it. */
export interface ShownPair extends ComparedPair {
  /** Subjects, without prefixes. */
  readonly leftName: string | undefined
  readonly rightName: string | undefined
  /** The changes between both; undefined if there are none, or none that are known. */
  readonly changes: ShownHunks | undefined
  readonly isOpen: boolean
}

interface PairsProps {
  pairs: readonly ShownPair[]
  linkName: string
  /** What both versions are called: `v1`. */
  left: string
  right: string
}

/** Pairs of patches, each with what changed: those without changes are folded. */
export function PairList(props: PairsProps) {
  return (
    <div class="diff range">
      {props.pairs.map((pair) => (
        <PairView {...props} pair={pair} />
      ))}
    </div>
  )
}

type PairProps = PairsProps & { pair: ShownPair }

function PairView(props: PairProps) {
  const { leftPatch, rightPatch, status, isOpen } = props.pair
  const patch = leftPatch ?? rightPatch
  if (status === '<' || status === '>')
    return (
      <div class="file single" id={`p${patch?.id}`}>
        <PairTitle {...props} />
      </div>
    )
  return (
    <details class="file" id={`p${leftPatch?.id}`} open={isOpen}>
      <summary id={leftPatch?.id === rightPatch?.id ? undefined : `p${rightPatch?.id}`}>
        <PairTitle {...props} />
      </summary>
      <Sides {...props} />
      <ChangesView pair={props.pair} />
    </details>
  )
}

/** `1 → 2  name  changed` */
function PairTitle(props: PairProps) {
  const { leftPatch, rightPatch, leftName, rightName, status } = props.pair
  const only = status === '<' ? leftPatch : status === '>' ? rightPatch : undefined
  return (
    <>
      <span class="mono place">
        {leftPatch?.number ?? '–'} → {rightPatch?.number ?? '–'}
      </span>{' '}
      {only ? (
        <PatchLink patch={only} linkName={props.linkName} text={leftName ?? rightName ?? ''} />
      ) : (
        <Names before={leftName ?? ''} after={rightName ?? ''} />
      )}{' '}
      <span class={`status ${STATUS_CLASSES[status]}`}>{statusText(props)}</span>
    </>
  )
}

const STATUS_CLASSES = { '=': 'same', '!': 'changed', '<': 'dropped', '>': 'created' } as const

function statusText({ pair: { status, cost, changes }, left, right }: PairProps): string {
  if (status === '=') return 'unchanged'
  if (status === '<') return `dropped, only in ${left}`
  if (status === '>') return `new in ${right}`
  // Patches of one name that were not compared.
  return cost === undefined && !changes ? 'same subject' : 'changed'
}

function Names({ before, after }: { before: string; after: string }) {
  if (before === after) return <bdi>{after}</bdi>
  return (
    <>
      <bdi>{before}</bdi> → <bdi>{after}</bdi>
    </>
  )
}

function PatchLink({ patch, linkName, text }: { patch: ComparedPatch; linkName: string; text: string }) {
  return (
    <a href={patchPath(linkName, patch.msgid)}>
      <bdi>{text}</bdi>
    </a>
  )
}

/** Both patches, with their dates. */
function Sides({ pair: { leftPatch, rightPatch }, linkName, left, right }: PairProps) {
  const sides = [
    { name: left, patch: leftPatch },
    { name: right, patch: rightPatch },
  ]
  return (
    <ul class="sides">
      {sides.map(
        ({ name, patch }) =>
          patch && (
            <li>
              {name}: <PatchLink patch={patch} linkName={linkName} text={patch.name} />{' '}
              <span class="muted">
                <DateTime time={patch.date} />
              </span>
            </li>
          ),
      )}
    </ul>
  )
}

function ChangesView({ pair: { status, changes, rightName } }: { pair: ShownPair }) {
  if (status === '=') return null
  if (!changes) return <p class="notice">The changes of this patch are not shown.</p>
  const { hunks, omitted } = changes
  return (
    <div class="code" tabIndex={0} role="group" aria-label={`Changes of ${rightName}`}>
      {hunks.map((hunk) => (
        <HunkView hunk={hunk} />
      ))}
      {omitted > 0 && <div class="note">… {omitted} more lines that are not shown</div>}
    </div>
  )
}

function HunkView({ hunk: { section, lines } }: { hunk: RangeHunk }) {
  return (
    <>
      <div class="at">
        @@ <Code text={section} />
      </div>
      {lines.map((line) => (
        <Line line={line} />
      ))}
    </>
  )
}

const MARKS: Readonly<Record<Side, string>> = { old: '-', new: '+', both: ' ' }

/** Two colours: of the mark and the ground for the version that has the line, of the text for what its patch does. */
function Line({ line: { side, kind, text } }: { line: RangeLine }) {
  return (
    <div class={side}>
      <b>{MARKS[side]}</b>
      <span class={`in-${kind}`}>
        <Code text={text} />
      </span>
    </div>
  )
}
