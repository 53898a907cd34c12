import { bareMessageId } from '../../util/urls.js'
import { CopyButton } from '../ui/copy.js'
import { Fact } from '../ui/fact.js'

interface ApplyFactProps {
  /** Where the series is downloaded. */
  url: string
  /** Of the cover, or of the first patch. */
  msgid: string | undefined
}

/** Commands that apply a series, to be copied to a shell. */
export function ApplyFact({ url, msgid }: ApplyFactProps) {
  const lines = [...shazam(msgid), `curl -fsS ${quote(url)} | git am`]
  return (
    <Fact name="Apply">
      {lines.map((line) => (
        <div class="command">
          <code>{line}</code> <CopyButton text={line} label="Copy" />
        </div>
      ))}
    </Fact>
  )
}

/** No line for an id that a shell or b4 could take for something else. */
function shazam(msgid: string | undefined): string[] {
  const bare = msgid === undefined ? '' : bareMessageId(msgid)
  return /^[\x21-\x7e]+$/.test(bare) && !bare.startsWith('-') ? [`b4 shazam ${quote(bare)}`] : []
}

/** A word as a shell reads it; ids and URLs are strangers' texts. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
