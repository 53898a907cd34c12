import { type Static, Type } from 'typebox'
import { patchesById } from '../../domain/patches/queries.js'
import { listTrailers } from '../../domain/trailers/queries.js'
import { type PatchTrailer, storedWith, TRAILER_REASONS } from '../../domain/trailers/rules.js'
import { operation, type Resource } from '../framework/operation.js'
import { firstOrNotFound } from '../framework/request-context.js'
import type { ResponseContext } from '../framework/response-context.js'
import { address, flag, orNull, text } from '../framework/schema.js'

const TrailerPerson = Type.Object(
  { name: orNull(text('Name.')), email: orNull(text('Email address.')) },
  { $id: 'TrailerPerson', description: 'The person that a trailer names.' },
)

const TrailerMail = Type.Object(
  {
    msgid: text('Its message id, with the angle brackets.'),
    url: address('Where the API has the patch or the comment.'),
  },
  { $id: 'TrailerMail', description: 'The mail that a trailer is from.' },
)

const Trailer = Type.Object(
  {
    kind: text('As it is written, such as `Reviewed-by`.'),
    value: text('What follows it, on one line and without a remark.'),
    person: orNull(TrailerPerson, 'The person that it names; null for one such as `Fixes`.'),
    mail: TrailerMail,
    via: Type.Enum(['patch', 'reply', 'cover'], {
      description: 'Whether its mail is the patch, a reply to a patch or a reply to the cover letter.',
    }),
    counted: flag('Whether it counts.'),
    reason: orNull(
      Type.Enum([...TRAILER_REASONS]),
      'Why it does not count: the submitter of the patch gave it (`own`), or somebody else sent it (`other-address`); null if it counts.',
    ),
  },
  { $id: 'Trailer', description: 'What somebody says of a patch, one for each kind and person.' },
)

export const TRAILERS: Resource = {
  path: '/patches/:id/trailers/',
  tag: 'Patches',
  get: operation({
    id: 'patch_trailers_list',
    summary: 'List the trailers of a patch',
    description:
      'Trailers such as `Reviewed-by` in the patch, in replies to it and in replies to the cover letter of its series, each kind of a person once, in the order in which they were sent. Quotes, diffs and signatures are not read.',
    since: '1.4',
    answer: Type.Array(Trailer),
    async handle({ db, id, response }) {
      const { id: patch } = firstOrNotFound(await patchesById(db, [id('id')]), 'Patch')
      return (await listTrailers(db, patch)).map((trailer) => toTrailer(response, patch, trailer))
    },
  }),
}

function toTrailer(response: ResponseContext, patch: number, trailer: PatchTrailer): Static<typeof Trailer> {
  const { kind, value, name, email, msgid, via, reason } = trailer
  return {
    kind,
    value,
    person: name === null && email === null ? null : { name, email },
    mail: { msgid, url: response.url(pathOf(patch, trailer)) },
    via,
    counted: reason === null,
    reason,
  }
}

function pathOf(patch: number, trailer: PatchTrailer): string {
  const { via, mail_patch_id, cover_id, comment_id } = trailer
  if (via === 'patch') return `/patches/${patch}/`
  return storedWith(trailer) === 'cover'
    ? `/covers/${cover_id}/comments/${comment_id}/`
    : `/patches/${mail_patch_id}/comments/${comment_id}/`
}
