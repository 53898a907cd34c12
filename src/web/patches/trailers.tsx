import { type PatchTrailer, storedWith, type TrailerReason } from '../../domain/trailers/rules.js'
import { Fact } from '../ui/fact.js'

/** Kinds that say who wrote a patch or who gets it: not shown among what others say of it. */
const NOT_SHOWN = new Set(['signed-off-by', 'cc', 'co-developed-by', 'co-authored-by', 'from', 'author'])

const REASONS: Readonly<Record<TrailerReason, string>> = {
  own: "the submitter's own",
  'other-address': 'sent from another address',
}

const VIA = { patch: 'in the patch', reply: 'in a reply', cover: 'in a reply to the cover letter' } as const

/** Who reviewed, tested or acknowledged a patch, and in which mail. */
export function TrailersFact({ trailers }: { trailers: readonly PatchTrailer[] }) {
  const shown = trailers.filter(
    ({ kind, name, email }) => (name ?? email) !== null && !NOT_SHOWN.has(kind.toLowerCase()),
  )
  if (shown.length === 0) return null
  return (
    <Fact name="Trailers">
      <ul class="plain trailers">
        {shown.map((trailer) => (
          <TrailerItem trailer={trailer} />
        ))}
      </ul>
    </Fact>
  )
}

function TrailerItem({ trailer }: { trailer: PatchTrailer }) {
  const { kind, name, email, via, reason } = trailer
  const href = addressOf(trailer)
  return (
    <li>
      <bdi>{kind}</bdi>: <bdi title={email ?? undefined}>{name ?? email}</bdi>,{' '}
      {href === undefined ? VIA[via] : <a href={href}>{VIA[via]}</a>}
      {reason !== null && (
        <>
          {' '}
          <small class="help">(not counted: {REASONS[reason]})</small>
        </>
      )}
    </li>
  )
}

/** The place of the mail on a page; undefined for the patch itself. */
function addressOf(trailer: PatchTrailer): string | undefined {
  const { comment_id, cover_id, mail_patch_id } = trailer
  if (comment_id === null) return undefined
  return storedWith(trailer) === 'cover'
    ? `/cover/${cover_id}/#${comment_id}`
    : `/patch/${mail_patch_id}/#${comment_id}`
}
