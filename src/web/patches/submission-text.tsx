import type { ComponentChildren } from 'preact'
import type { Project } from '../../domain/projects/queries.js'
import { archiveUrl, bareMessageId } from '../../util/urls.js'
import { takeText } from '../text/blocks.js'
import { CopyButton } from '../ui/copy.js'
import { Fact } from '../ui/fact.js'
import { MailText } from '../ui/mail-text.js'

/** What patches and covers have in common on their pages. */

interface HeadingProps {
  name: string
  buttons: ComponentChildren
  children?: ComponentChildren
}

/** The subject, with what can be had of it beside. */
export function Heading({ name, buttons, children }: HeadingProps) {
  return (
    <div class="heading">
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <div class="side">
        {buttons}
        {children}
      </div>
    </div>
  )
}

interface ButtonsProps {
  kind: 'patch' | 'cover'
  id: number
  /** The path of the page. */
  path: string
  hasDiff: boolean
  series: number | null
}

/** The number, and the mail as programs want it. */
export function Buttons({ kind, id, path, hasDiff, series }: ButtonsProps) {
  return (
    <div class="buttons">
      <a href={`/${kind}/${id}/`} data-copy={id} title={`Number of the ${kind}; a click copies it`}>
        {id}
      </a>
      {hasDiff && <a href={`${path}raw/`}>diff</a>}
      <a href={`${path}mbox/`}>mbox</a>
      {series !== null && <a href={`/series/${series}/mbox/`}>series</a>}
    </div>
  )
}

export function MessageIdFact({ project, msgid }: { project: Project; msgid: string }) {
  const archive = archiveUrl(project.list_archive_url_format, msgid)
  const bare = bareMessageId(msgid)
  return (
    <Fact name="Message ID">
      <bdi class="mono">{bare}</bdi> {archive && <a href={archive}>mailing list archive</a>}{' '}
      <CopyButton text={bare} label="Copy message ID" />
    </Fact>
  )
}

/** Characters of headers that are shown. */
const MAX_HEADERS = 65_536

export function HeadersFact({ headers }: { headers: string }) {
  const isCut = headers.length > MAX_HEADERS
  return (
    <Fact name="Headers">
      <details>
        <summary>show</summary>
        <div class="mail">{headers.slice(0, MAX_HEADERS).toWellFormed()}</div>
        {isCut && <p class="notice">The rest of the headers is in the mbox.</p>}
      </details>
    </Fact>
  )
}

/** Characters that are shown of a message or a cover. */
const ROOM = { lines: 5000, characters: 200_000 }

interface MessageProps {
  title: string
  text: string
  path: string
  /** Who sent it and when. */
  children: ComponentChildren
}

/** The message of a patch or a cover. */
export function Message({ title, text, path, children }: MessageProps) {
  const { shown, isCut } = takeText(text, { ...ROOM })
  return (
    <section aria-labelledby="message">
      <h2 id="message">{title}</h2>
      <article class="comment">
        {children}
        <MailText text={shown} />
        {isCut && (
          <p class="notice">
            This text is long. <a href={`${path}mbox/`}>Get all of it</a>.
          </p>
        )}
      </article>
    </section>
  )
}
