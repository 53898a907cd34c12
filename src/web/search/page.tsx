import type { FastifyReply } from 'fastify'
import type { VNode } from 'preact'
import type { PatchLine } from '../../domain/patches/list.js'
import { findProject, type Project } from '../../domain/projects/queries.js'
import { listStates, type State } from '../../domain/states/queries.js'
import { coverPath, patchPath } from '../../util/urls.js'
import { localPath } from '../framework/local-path.js'
import { type AppContext, addPage, type RequestContext } from '../framework/request-context.js'
import { Layout } from '../ui/layout.js'
import { personName } from '../ui/person.js'
import { seriesTitle } from '../ui/series-table.js'
import { parseSearchQuery, type SearchQuery } from './query.js'
import {
  type Found,
  type FoundFiles,
  isEmpty,
  mailPath,
  pathOfNumber,
  search,
  searchOlderFiles,
} from './search.js'

/** `/search/?q=…&project=…`: one box for all that people have of a mail. A single hit leads straight to its page. */
export function addSearchPage(appContext: AppContext): void {
  addPage(appContext, '/search/', async (context): Promise<VNode | FastifyReply> => {
    const linkName = context.query.get('project') ?? ''
    const project = linkName === '' ? undefined : await findProject(context.db, linkName)
    const query = parseSearchQuery(context.query.get('q') ?? '', context.base)
    const before = /^\d{1,9}$/.exec(context.query.get('before') ?? '')?.[0]
    if (before !== undefined)
      return await resultsPage(
        context,
        query,
        project,
        await searchOlderFiles(context, query, project, Number(before)),
      )
    if (query.path !== undefined) return context.reply.redirect(localPath(query.path))
    if (query.number !== undefined) {
      const path = await pathOfNumber(context, query.number)
      if (path !== undefined) return context.reply.redirect(path)
    }
    const found = await search(context, query, project)
    const path = await onlyPath(context, query.subject, found, project)
    if (path !== undefined) return context.reply.redirect(path)
    return await resultsPage(context, query, project, found)
  })
}

async function resultsPage(
  context: RequestContext,
  { text }: SearchQuery,
  project: Project | undefined,
  found: Found,
): Promise<VNode> {
  const mailPaths = await Promise.all(found.mails.map((mail) => mailPath(context, mail)))
  const states = await listStates(context.db)
  return <Results {...{ context, text, project, found, mailPaths, states }} />
}

/** A redirect for a single hit, or to the list of the project that shows all results. */
async function onlyPath(
  context: RequestContext,
  words: string,
  found: Found,
  project: Project | undefined,
): Promise<string | undefined> {
  const { mails, patches, total, series, people, files } = found
  // Older patches may touch the file as well.
  if (files?.rest !== undefined) return undefined
  const linkName = (id: number) => context.projects.find((one) => one.id === id)?.link_name ?? ''
  const inFiles = files?.patches ?? []
  const hits = mails.length + patches.length + series.length + people.length + inFiles.length
  const [mail, patch] = [mails[0], patches[0] ?? inFiles[0]]
  if (hits === 1 && mail) return await mailPath(context, mail)
  if (hits === 1 && patch) return patchPath(linkName(patch.project_id), patch.msgid)
  const [cover, person] = [series[0], people[0]]
  if (hits === 1 && cover?.cover_msgid) return coverPath(linkName(cover.project_id), cover.cover_msgid)
  if (hits === 1 && person?.projects.length === 1)
    return personPath(linkName(person.projects[0] ?? 0), person.pk)
  const isList = project !== undefined && total > 1 && patches.length + series.length === hits
  return isList ? listPath(project.link_name, words) : undefined
}

function listPath(linkName: string, words: string): string {
  return `/project/${linkName}/list/?${new URLSearchParams({ state: '*', q: words, archive: 'both' })}`
}

function personPath(linkName: string, person: number): string {
  return `/project/${linkName}/list/?submitter=${person}&state=*&archive=both`
}

interface ResultsProps {
  context: RequestContext
  text: string
  project: Project | undefined
  found: Found
  /** In the order of `found.mails`. */
  mailPaths: readonly string[]
  states: readonly State[]
}

function Results(props: ResultsProps) {
  const { context, text, project, found } = props
  return (
    <Layout context={context} title="Search" project={project} styles={['patch-list.css']}>
      <h1>Search</h1>
      {text === '' ? (
        <p>Enter a message id, an address of a mail, a subject, a number, a person or the name of a file.</p>
      ) : (
        <p>
          {isEmpty(found) ? 'Nothing matches ' : 'Results for '}
          <b dir="auto">{text}</b> in {project ? project.name : 'all projects'}, in all states, archived or
          not. Searched: {searchedIn(props)}.
        </p>
      )}
      <Offers {...props} />
      <Hits {...props} />
      <Tables {...props} />
    </Layout>
  )
}

/** Describes where the search looked. */
function searchedIn({ context, found: { files } }: ResultsProps): string {
  const count = files ? countOfPatches(files) : ''
  if (context.query.has('before')) return `the files of ${count}, older than those before`
  const all = 'message ids, subjects of patches and covers, people'
  return files ? `${all}, and files in the newest ${count}` : all
}

function countOfPatches({ searched }: FoundFiles): string {
  return `${searched.toLocaleString('en')} ${searched === 1 ? 'patch' : 'patches'}`
}

/** The same in all projects, or in the list of each, whose form narrows it further. */
function Offers({ context, text, project, found }: ResultsProps) {
  if (text === '') return null
  return (
    <ul>
      {project && (
        <li>
          <a href={`/search/?q=${encodeURIComponent(text)}`}>Search all projects, states and archived</a>
        </li>
      )}
      {project && found.total > 0 && (
        <li>
          <a href={listPath(project.link_name, text)}>Show as a list of patches</a>
        </li>
      )}
      {isEmpty(found) && !project && context.projects.length > 0 && (
        <li>
          <a href="/">All projects</a>
        </li>
      )}
      {isEmpty(found) && project && (
        <li>
          <a href={`/project/${project.link_name}/list/?state=*&archive=both`}>
            All patches of {project.name}, in all states and archived
          </a>
        </li>
      )}
    </ul>
  )
}

function Hits({ context, found, mailPaths }: ResultsProps) {
  const { mails, series, people } = found
  const projectOf = (id: number) => context.projects.find((one) => one.id === id)
  return (
    <>
      {mails.length > 0 && (
        <Section title="Mails">
          {mails.map(({ name, project_id }, index) => (
            <li>
              <a href={mailPaths[index] ?? ''} dir="auto">
                {name}
              </a>{' '}
              <bdi>{projectOf(project_id)?.name}</bdi>
            </li>
          ))}
        </Section>
      )}
      <People context={context} people={people} />
      {series.length > 0 && (
        <Section title="Series with a cover letter">
          {series.map((each) => (
            <li>
              <a href={`/series/${each.id}/`} dir="auto">
                {seriesTitle(each)}
              </a>{' '}
              {`v${each.version}`} <bdi>{projectOf(each.project_id)?.name}</bdi>
            </li>
          ))}
        </Section>
      )}
    </>
  )
}

function Tables(props: ResultsProps) {
  const { context, found, states } = props
  const { patches, total, files } = found
  return (
    <>
      <Patches title="Patches" rows={patches} total={total} context={context} states={states} />
      {files && (
        <Patches
          title="Patches of that file"
          rows={files.patches}
          total={files.patches.length}
          context={context}
          states={states}
        />
      )}
      <OlderFiles {...props} />
    </>
  )
}

/** Goes on where a search for a file has stopped. */
function OlderFiles({ text, project, found: { files } }: ResultsProps) {
  if (files?.rest === undefined) return null
  const scope = project ? { project: project.link_name } : {}
  const query = new URLSearchParams({ q: text, ...scope, before: String(files.rest) })
  return (
    <p>
      Files are searched {files.searched.toLocaleString('en')} patches at a time.{' '}
      <a href={`/search/?${query}`}>Search older patches for this file</a>
    </p>
  )
}

function People({ context, people }: { context: RequestContext; people: Found['people'] }) {
  if (people.length === 0) return null
  const projectOf = (id: number) => context.projects.find((one) => one.id === id)
  return (
    <Section title="People">
      {people.map((person) => (
        <li>
          <bdi>{person.name || person.email}</bdi>:{' '}
          {person.projects.flatMap((id) => {
            const project = projectOf(id)
            return project ? [<a href={personPath(project.link_name, person.pk)}>{project.name}</a>, ' '] : []
          })}
        </li>
      ))}
    </Section>
  )
}

function Section({ title, children }: { title: string; children: VNode[] }) {
  return (
    <section>
      <h2>{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

interface PatchesProps {
  title: string
  rows: readonly PatchLine[]
  total: number
  context: RequestContext
  states: readonly State[]
}

function Patches({ title, rows, total, context, states }: PatchesProps) {
  if (rows.length === 0) return null
  return (
    <section>
      <h2>{title}</h2>
      {rows.length < total && <p class="muted">The newest {rows.length} are shown.</p>}
      <table class="list patches">
        <thead>
          <tr>
            <th>Patch</th>
            <th>Project</th>
            <th>Date</th>
            <th>Submitter</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const project = context.projects.find(({ id }) => id === row.project_id)
            const state = states.find(({ id }) => id === row.state_id)
            return (
              <tr>
                <td>
                  <a href={patchPath(project?.link_name ?? '', row.msgid)} dir="auto">
                    {row.name}
                  </a>
                </td>
                <td dir="auto">{project?.name}</td>
                <td>{row.date.slice(0, 10)}</td>
                <td dir="auto">{personName(row)}</td>
                <td class="state" data-state={state?.slug}>
                  {state?.name}
                  {row.archived === 1 && ', archived'}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
