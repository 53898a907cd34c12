import type { Colours } from '../diff/colours.js'
import type { Diff, DiffFile, DiffLine, Hunk } from '../diff/diff.js'
import type { Token } from '../diff/tokens.js'
import { Code } from './code.js'

/** Files with more lines are folded at first, and so are files after this many lines of a diff. */
const LONG_FILE = 800
const OPEN_LINES = 3000

interface DiffProps {
  diff: Diff
  colours: Colours
  /** The address of the whole diff. */
  rawPath: string
}

/** A diff, file by file: each can be folded, and each line has an address. */
export function DiffView({ diff, colours, rawPath }: DiffProps) {
  const open = openFiles(diff.files)
  return (
    <div class={open.size < diff.files.length ? 'diff long' : 'diff'}>
      <FileList diff={diff} />
      <button type="button" class="fold" hidden>
        {open.size > 0 ? 'Fold all files' : 'Unfold all files'}
      </button>
      {diff.files.map((file, index) => (
        <File file={file} name={`f${index + 1}`} isOpen={open.has(file)} colours={colours} />
      ))}
      {diff.omitted > 0 && (
        <p class="notice">
          The diff is long: {diff.omitted} of its lines are not shown.{' '}
          <a href={rawPath}>Get the whole diff</a>.
        </p>
      )}
    </div>
  )
}

function openFiles(files: readonly DiffFile[]): ReadonlySet<DiffFile> {
  const open = new Set<DiffFile>()
  let lines = 0
  for (const file of files) {
    const length = lengthOf(file)
    lines += length
    if (length <= LONG_FILE && lines <= OPEN_LINES) open.add(file)
  }
  return files.length === 1 ? new Set(files) : open
}

function lengthOf({ header, hunks }: DiffFile): number {
  return hunks.reduce((sum, { lines }) => sum + lines.length, header.length)
}

/** The files of a diff, each a link to its place; folded if there are many. */
function FileList({ diff }: { diff: Diff }) {
  const { files, fileCount, added, deleted } = diff
  if (fileCount <= 1) return null
  return (
    <details class="files" open={files.length <= 20}>
      <summary>
        {fileCount} files <Changes added={added} deleted={deleted} />
      </summary>
      <ul>
        {files.map((file, index) => (
          <li>
            <a href={`#f${index + 1}`}>
              <FileName file={file} />
            </a>{' '}
            <Changes added={file.added} deleted={file.deleted} />
          </li>
        ))}
      </ul>
      {fileCount > files.length && <p>… and {fileCount - files.length} more.</p>}
    </details>
  )
}

function FileName({ file: { name, oldName } }: { file: DiffFile }) {
  return (
    <bdi class="mono">
      {oldName !== undefined && oldName !== name && (
        <>
          <Code text={oldName} />
          {' → '}
        </>
      )}
      {name === '' ? 'text' : <Code text={name} />}
    </bdi>
  )
}

function Changes({ added, deleted }: { added: number; deleted: number }) {
  return (
    <span class="changes">
      <span class="plus">+{added}</span> <span class="minus">−{deleted}</span>
    </span>
  )
}

interface FileProps {
  file: DiffFile
  /** What its addresses begin with: `f1`. */
  name: string
  isOpen: boolean
  colours: Colours
}

function File({ file, name, isOpen, colours }: FileProps) {
  const isWide = file.hunks.some(({ lines }) => lines.some(hasLongNumbers))
  let number = 0
  return (
    <details class="file" id={name} open={isOpen}>
      <summary>
        <FileName file={file} /> <Changes added={file.added} deleted={file.deleted} />
        {file.status !== 'modified' && <span class="muted"> {file.status}</span>}
        {file.modes !== undefined && <span class="muted"> mode {file.modes}</span>}
        {file.isBinary && <span class="muted"> binary</span>}
      </summary>
      <div
        class={isWide ? 'code wide' : 'code'}
        tabIndex={0}
        role="group"
        aria-label={`Diff of ${file.name || 'a text'}`}
      >
        {file.header.map((line) => (
          <div class="head">
            <Code text={line} />
          </div>
        ))}
        {file.hunks.map((hunk) => {
          const first = number + 1
          number += hunk.lines.length
          return <HunkLines hunk={hunk} file={name} first={first} width={isWide ? 9 : 4} colours={colours} />
        })}
        {file.omitted > 0 && <div class="note">… {file.omitted} more lines that are not shown</div>}
      </div>
    </details>
  )
}

function hasLongNumbers({ oldNumber = 0, newNumber = 0 }: DiffLine): boolean {
  return Math.max(oldNumber, newNumber) > 9999
}

interface HunkProps {
  hunk: Hunk
  file: string
  /** Number of its first line among those of its file. */
  first: number
  /** Digits of the numbers of lines. */
  width: number
  colours: Colours
}

function HunkLines({ hunk: { header, lines }, file, first, width, colours }: HunkProps) {
  return (
    <>
      {header !== undefined && (
        <div class="at">
          <Code text={header} />
        </div>
      )}
      {lines.map((line, index) => (
        <Line line={line} id={`${file}-${first + index}`} width={width} tokens={colours.get(line)} />
      ))}
    </>
  )
}

interface LineProps {
  line: DiffLine
  id: string
  width: number
  tokens: readonly Token[] | undefined
}

/** The line numbers link to the line; the keyboard moves from file to file. */
function Line({ line: { kind, text, marks, oldNumber, newNumber }, id, width, tokens }: LineProps) {
  const isNumbered = oldNumber !== undefined || newNumber !== undefined
  return (
    <div class={kind} id={id}>
      {isNumbered && (
        <a href={`#${id}`} tabIndex={-1}>
          {`${pad(oldNumber, width)} ${pad(newNumber, width)}`}
        </a>
      )}
      {tokens ? (
        <>
          {text.slice(0, marks)}
          {tokens.map((token) => (token.colour ? <Coloured token={token} /> : <Code text={token.text} />))}
        </>
      ) : (
        <Code text={text} />
      )}
    </div>
  )
}

function Coloured({ token: { colour, text } }: { token: Token }) {
  return (
    <span class={`c-${colour}`}>
      <Code text={text} />
    </span>
  )
}

function pad(number: number | undefined, width: number): string {
  return String(number ?? '').padStart(width)
}
