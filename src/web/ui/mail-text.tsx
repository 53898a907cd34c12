import type { VNode } from 'preact'
import { type Block, splitQuotes } from '../text/blocks.js'
import { findLinks } from '../text/links.js'

/** The text of a mail: its quotes folded, its addresses linked, its trailers marked. */
export function MailText({ text }: { text: string }) {
  return (
    <div class="mail">
      {splitQuotes(text).map((block) =>
        block.isQuote ? <Quote block={block} /> : <Lines lines={block.lines} />,
      )}
    </div>
  )
}

function Quote({ block: { folded, lines } }: { block: Block }) {
  return (
    <div class="quote">
      {folded.length > 0 && (
        <details>
          <summary>{folded.length} quoted lines</summary>
          <div>
            <Linked text={`${folded.join('\n')}\n`} />
          </div>
        </details>
      )}
      {lines.length > 0 && <Linked text={`${lines.join('\n')}\n`} />}
    </div>
  )
}

const TRAILER = /^(?:[a-z][a-z-]*-by|fixes|closes|link|depends-on): \S/i

/** Highlights trailers; the text between them is one node. */
function Lines({ lines }: { lines: readonly string[] }): VNode {
  const parts: VNode[] = []
  let plain = ''
  for (const line of lines) {
    if (TRAILER.test(line)) {
      if (plain !== '') parts.push(<Linked text={plain} />)
      parts.push(
        <b class="trailer">
          <Linked text={line} />
        </b>,
      )
      plain = '\n'
    } else plain += `${line}\n`
  }
  return (
    <>
      {parts}
      <Linked text={plain} />
    </>
  )
}

function Linked({ text }: { text: string }): VNode {
  if (!text.includes('://')) return <>{text}</>
  return (
    <>
      {findLinks(text).map((piece) =>
        piece.isLink ? (
          <a href={piece.text} rel="nofollow noopener ugc">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </>
  )
}
