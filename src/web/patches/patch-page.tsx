import type { FastifyReply } from 'fastify'
import type { ComponentChildren, VNode } from 'preact'
import { findPatchOfMail } from '../../domain/patches/mbox-queries.js'
import { findPatchWithTexts } from '../../domain/patches/queries.js'
import { findCoverId } from '../../domain/patches/submission.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { colourDiff } from '../diff/colours.js'
import type { Diff } from '../diff/diff.js'
import { parseDiff } from '../diff/parse.js'
import { enterLargeAnswer } from '../framework/large-answer.js'
import { byMessageId, projectParameter } from '../framework/parameters.js'
import type { RequestContext } from '../framework/request-context.js'
import { CheckTable } from '../ui/check-table.js'
import { DiffView } from '../ui/diff.js'
import { History } from '../ui/history.js'
import { Layout } from '../ui/layout.js'
import { BundleForm, EditForm } from '../ui/patch-forms.js'
import { Suggestions } from '../ui/suggestions.js'
import { DiscussionView, MailBar } from './comment-list.js'
import { PatchMeta } from './facts.js'
import { OlderVersion } from './older-version.js'
import { PageBar } from './page-bar.js'
import { type PatchPage, readPatchPage } from './patch.js'
import { SeriesNavigationLinks } from './series-navigation.js'
import { Buttons, Heading, Message } from './submission-text.js'

/** `/project/X/patch/MSGID/`; the message id of a cover leads to the cover. */
export async function showPatch(context: RequestContext): Promise<VNode | FastifyReply> {
  const { db, request, reply } = context
  const project = await projectParameter(db, request)
  const found = await byMessageId(request, async (msgid) => {
    const known = await findPatchOfMail(db, project.id, msgid)
    if (known) await enterLargeAnswer(reply, db, 'patch', known.id)
    const patch = known && (await findPatchWithTexts(db, project.id, msgid))
    if (patch) return patch
    return (await findCoverId(db, project.id, msgid)) === undefined ? undefined : msgid
  })
  if (typeof found === 'string') return reply.redirect(coverPath(project.link_name, found))
  return <PatchView {...(await readPatchPage(context, project, found))} />
}

function PatchView(page: PatchPage) {
  const { context, project, patch, path, around } = page
  const diff = patch.diff === null ? undefined : parseDiff(patch.diff)
  const hasDiff = diff !== undefined
  const buttons = (
    <Buttons kind="patch" id={patch.id} path={path} hasDiff={hasDiff} series={patch.series_id} />
  )
  return (
    <Layout
      context={context}
      title={patch.name}
      project={project}
      section="patches"
      styles={['patch.css']}
      scripts={['patch.js']}
    >
      <Heading name={patch.name} buttons={buttons}>
        {around && <SeriesNavigationLinks project={project} around={around} number={patch.number ?? 0} />}
      </Heading>
      <Notices {...page} />
      <PageBar page={page} files={diff?.fileCount} />
      <PatchMeta {...page} />
      <Forms {...page} />
      <PatchHistory {...page} />
      <PatchChecks {...page} />
      <Review page={page} diff={diff}>
        {buttons}
      </Review>
    </Layout>
  )
}

interface ReviewProps {
  page: PatchPage
  diff: Diff | undefined
  /** What stands beside the title of the diff. */
  children: ComponentChildren
}

/** The message with its discussion, and the diff. */
function Review({ page, diff, children }: ReviewProps) {
  const { project, patch, path } = page
  return (
    <div class="review">
      <div>
        <Message title={diff ? 'Commit Message' : 'Message'} text={patch.content} path={path}>
          <MailBar project={project} mail={patch} />
        </Message>
        <DiscussionView {...page} />
      </div>
      {diff && (
        <section aria-labelledby="patch">
          <div class="heading">
            <h2 id="patch">Patch</h2>
            {children}
          </div>
          <DiffView diff={diff} colours={colourDiff(diff, patch.diff?.length ?? 0)} rawPath={`${path}raw/`} />
        </section>
      )}
    </div>
  )
}

/** What a viewer has to know first: a newer version, and what rules suggest. */
function Notices({ context, project, patch, around, suggestions, states, isEditable }: PatchPage) {
  return (
    <>
      <OlderVersion
        current={around?.series}
        newer={around?.newer}
        pathOf={(msgid) => patchPath(project.link_name, msgid)}
        what="patch"
        patch={patch.id}
      />
      <Suggestions context={context} suggestions={suggestions} states={states} isEditable={isEditable} />
    </>
  )
}

function PatchChecks({ context, patch, checks, totalChecks, missing }: PatchPage) {
  const shown = { checks, total: totalChecks, patch: patch.id, missing }
  return <CheckTable {...shown} clock={() => context.now} />
}

function PatchHistory({ context, viewer, project, states, history }: PatchPage) {
  const maintains = viewer?.maintains.has(project.id) === true
  return <History context={context} rows={history} states={states} maintains={maintains} isOfPatch />
}

/** Viewers see only the forms that they may submit. */
function Forms(page: PatchPage) {
  if (!page.viewer) return null
  return (
    <div class="forms" id="state">
      {page.isEditable && <EditForm {...page} isInSeries={(page.around?.siblings.length ?? 0) > 1} />}
      <BundleForm {...page} />
    </div>
  )
}
