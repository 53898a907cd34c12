import { canEditComment, type Viewer } from '../../auth/permissions.js'
import type { Project } from '../../domain/projects/queries.js'
import { archiveUrl } from '../../util/urls.js'
import type { RequestContext } from '../framework/request-context.js'
import { replyHref } from '../text/reply.js'
import { DateTime } from '../ui/date.js'
import { Form } from '../ui/form.js'
import { MailText } from '../ui/mail-text.js'
import { Pagination } from '../ui/pagination.js'
import { PersonLink } from '../ui/person.js'
import type { Discussion, ThreadedComment } from './discussion.js'

/** Deeper replies are not indented further. */
const MAX_INDENT = 6

/** So many comments make a long page. */
const MANY = 50

interface DiscussionProps {
  context: RequestContext
  viewer: Viewer
  project: Project
  discussion: Discussion
  /** The page of the patch or cover. */
  path: string
  /** Whether the viewer may change the patch or cover of the comments. */
  isEditable: boolean
  /** The page that shows them, if that is another one. */
  next?: string
}

/** The comments on a patch or a cover, in their thread. */
export function DiscussionView(props: DiscussionProps) {
  const { discussion, path } = props
  const { total, page, pages, comments, isThreaded } = discussion
  if (total === 0) return null
  const pagination = (
    <Pagination page={page} pages={pages} hrefOf={(number) => `${path}?page=${number}#comments`} />
  )
  return (
    <section aria-labelledby="comments" class={comments.length > MANY ? 'long' : undefined}>
      <h2 id="comments">
        Comments <small class="muted">{total}</small>
      </h2>
      {!isThreaded && <p class="notice">Too many comments to thread: they are ordered by date.</p>}
      {pagination}
      {comments.map((comment) => (
        <Comment {...props} comment={comment} />
      ))}
      {pages > 1 && pagination}
    </section>
  )
}

function Comment(props: DiscussionProps & { comment: ThreadedComment }) {
  const { project, comment, path } = props
  return (
    <article class={`comment depth-${Math.min(comment.depth, MAX_INDENT)}`} id={String(comment.id)}>
      <MailBar project={project} mail={comment} anchor={comment.id}>
        <Addressed {...props} />
      </MailBar>
      <MailText text={comment.text} />
      {comment.isCut && (
        <p class="notice">
          This comment is long. <a href={`${path}comment/${comment.id}/`}>Read all of it</a>.
        </p>
      )}
    </article>
  )
}

interface MailBarProps {
  project: Project
  mail: Pick<
    ThreadedComment,
    'msgid' | 'headers' | 'date' | 'submitter_id' | 'submitter_name' | 'submitter_email'
  >
  /** Its number, where it is a place on the page. */
  anchor?: number
  children?: preact.ComponentChildren
}

/** Who sent a mail and when, where the archive has it, and how to answer. */
export function MailBar({ project, mail, anchor, children }: MailBarProps) {
  const archive = archiveUrl(project.list_archive_url_format, mail.msgid)
  return (
    <header class="bar">
      <PersonLink linkName={project.link_name} person={mail} />
      <DateTime time={mail.date} />
      {anchor !== undefined && (
        <a href={`#${anchor}`} title="A link to this comment" data-focus>
          #{anchor}
        </a>
      )}
      {archive && <a href={archive}>archive</a>}
      <a href={replyHref(mail, project.list_email)}>reply</a>
      {children}
    </header>
  )
}

const MARKS = new Map([
  [null, undefined],
  [0, 'Needs action'],
  [1, 'Addressed'],
])

/** Whether a comment is addressed, with a button for those who may change it. */
function Addressed({
  context,
  viewer,
  project,
  comment,
  path,
  isEditable,
  next,
}: DiscussionProps & { comment: ThreadedComment }) {
  const { addressed, id } = comment
  const mark = MARKS.get(addressed)
  return (
    <>
      {mark && (
        <strong class="addressed" data-addressed={addressed}>
          {mark}
        </strong>
      )}
      {canEditComment(viewer, { ...comment, project_id: project.id }, isEditable) && (
        <Form context={context} action={path} class="mark">
          <input type="hidden" name="action" value="mark" />
          <input type="hidden" name="comment" value={id} />
          {next !== undefined && <input type="hidden" name="next" value={next} />}
          {addressed !== 1 && (
            <button name="addressed" value="1">
              Mark addressed
            </button>
          )}
          {addressed !== 0 && (
            <button name="addressed" value="0">
              {addressed === 1 ? 'Mark not addressed' : 'Needs action'}
            </button>
          )}
        </Form>
      )}
    </>
  )
}
