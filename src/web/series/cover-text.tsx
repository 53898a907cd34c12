import { canEditCover, type Viewer } from '../../auth/permissions.js'
import { type CoverRow, findCoverWithTexts } from '../../domain/covers/queries.js'
import type { Texts } from '../../domain/mails/submissions.js'
import type { Project } from '../../domain/projects/queries.js'
import type { SeriesRow } from '../../domain/series/queries.js'
import { coverPath } from '../../util/urls.js'
import { enterLargeAnswer } from '../framework/large-answer.js'
import type { RequestContext } from '../framework/request-context.js'
import { DiscussionView, MailBar } from '../patches/comment-list.js'
import { type Discussion, readDiscussion } from '../patches/discussion.js'
import { policyViewer } from '../patches/submission.js'
import { Message } from '../patches/submission-text.js'

/** The cover letter of a series and the replies to it. */
export interface ShownCover {
  readonly cover: CoverRow & Texts
  readonly discussion: Discussion
  readonly viewer: Viewer
}

/** Reads the cover letter with the first replies; the page of the cover has all. */
export async function readCover(
  context: RequestContext,
  project: Project,
  { cover_id, cover_msgid }: SeriesRow,
): Promise<ShownCover | undefined> {
  const { db, reply } = context
  if (cover_id === null || cover_msgid === null) return undefined
  await enterLargeAnswer(reply, db, 'cover', cover_id)
  const cover = await findCoverWithTexts(db, project.id, cover_msgid)
  if (!cover) return undefined
  const discussion = await readDiscussion(db, { kind: 'cover', id: cover.id }, 1)
  return { cover, discussion, viewer: await policyViewer(context) }
}

interface CoverTextProps {
  context: RequestContext
  project: Project
  cover: ShownCover
}

export function CoverText({ context, project, cover: { cover, discussion, viewer } }: CoverTextProps) {
  const path = coverPath(project.link_name, cover.msgid)
  return (
    <>
      <Message title="Cover letter" text={cover.content} path={path}>
        <MailBar project={project} mail={cover} />
      </Message>
      <DiscussionView
        context={context}
        viewer={viewer}
        project={project}
        discussion={discussion}
        path={path}
        isEditable={canEditCover(viewer, cover)}
        next={context.request.url}
      />
    </>
  )
}
