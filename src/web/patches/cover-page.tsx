import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import { canEditCover, type Viewer } from '../../auth/permissions.js'
import { type BundleRow, listBundlesOf } from '../../domain/bundles/queries.js'
import { type CoverRow, findCoverWithTexts } from '../../domain/covers/queries.js'
import { type Texts } from '../../domain/mails/submissions.js'
import { findCoverId, findPatchId } from '../../domain/patches/submission.js'
import type { Project } from '../../domain/projects/queries.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { enterLargeAnswer } from '../framework/large-answer.js'
import { byMessageId, projectParameter } from '../framework/parameters.js'
import type { RequestContext } from '../framework/request-context.js'
import { DependencyFacts } from '../ui/dependencies.js'
import { Fact, Facts } from '../ui/fact.js'
import { Layout } from '../ui/layout.js'
import { BundleForm } from '../ui/patch-forms.js'
import { DiscussionView, MailBar } from './comment-list.js'
import { type Discussion, pageIn, readDiscussion } from './discussion.js'
import { OlderVersion } from './older-version.js'
import { SeriesNavigationLinks, SeriesParts } from './series-navigation.js'
import { policyViewer, readSeriesNavigation, type SeriesNavigation } from './submission.js'
import { Buttons, HeadersFact, Heading, Message, MessageIdFact } from './submission-text.js'

interface CoverPage {
  readonly context: RequestContext
  readonly viewer: Viewer
  readonly project: Project
  readonly cover: CoverRow & Texts
  readonly path: string
  readonly isEditable: boolean
  readonly states: readonly State[]
  readonly bundles: readonly BundleRow[]
  readonly around: SeriesNavigation | undefined
  readonly discussion: Discussion
}

/** `/project/X/cover/MSGID/`; the message id of a patch leads to the patch. */
export async function showCover(context: RequestContext): Promise<VNode | FastifyReply> {
  const { db, request, reply } = context
  const project = await projectParameter(db, request)
  const found = await byMessageId(request, async (msgid) => {
    const known = await findCoverId(db, project.id, msgid)
    if (known !== undefined) await enterLargeAnswer(reply, db, 'cover', known)
    const cover = known === undefined ? undefined : await findCoverWithTexts(db, project.id, msgid)
    if (cover) return cover
    return (await findPatchId(db, project.id, msgid)) === undefined ? undefined : msgid
  })
  if (typeof found === 'string') return reply.redirect(patchPath(project.link_name, found))
  return <CoverView {...(await readPage(context, project, found))} />
}

async function readPage(
  context: RequestContext,
  project: Project,
  cover: CoverRow & Texts,
): Promise<CoverPage> {
  const { db } = context
  const viewer = await policyViewer(context)
  return {
    context,
    viewer,
    project,
    cover,
    path: coverPath(project.link_name, cover.msgid),
    isEditable: canEditCover(viewer, cover),
    states: await listStates(db),
    bundles: viewer ? await listBundlesOf(db, viewer.id, project.id) : [],
    around:
      cover.series_id === null
        ? undefined
        : await readSeriesNavigation(db, project, cover.series_id, { number: 0, name: cover.name }),
    discussion: await readDiscussion(db, { kind: 'cover', id: cover.id }, pageIn(context)),
  }
}

function CoverView(page: CoverPage) {
  const { context, viewer, project, cover, path, around } = page
  return (
    <Layout
      context={context}
      title={cover.name}
      project={project}
      section="patches"
      styles={['patch.css']}
      scripts={['patch.js']}
    >
      <Heading
        name={cover.name}
        buttons={<Buttons kind="cover" id={cover.id} path={path} hasDiff={false} series={cover.series_id} />}
      >
        {around && <SeriesNavigationLinks project={project} around={around} number={0} />}
      </Heading>
      <OlderVersion
        current={around?.series}
        newer={around?.newer}
        pathOf={(msgid) => coverPath(project.link_name, msgid)}
        what="cover letter"
      />
      <CoverMeta {...page} />
      {viewer && around && (
        <div class="forms">
          <BundleForm {...page} />
        </div>
      )}
      <Message title="Message" text={cover.content} path={path}>
        <MailBar project={project} mail={cover} />
      </Message>
      <DiscussionView {...page} />
    </Layout>
  )
}

function CoverMeta({ project, cover, around, states }: CoverPage) {
  return (
    <Facts>
      <MessageIdFact project={project} msgid={cover.msgid} />
      <HeadersFact headers={cover.headers} />
      {around && (
        <Fact name="Series">
          <SeriesParts project={project} around={around} number={0} states={states} />
        </Fact>
      )}
      {around && <DependencyFacts {...around} series={around.series.id} />}
    </Facts>
  )
}
