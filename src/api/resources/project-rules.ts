import { type Static, Type } from 'typebox'
import { MAX_ARCHIVE_DAYS, MIN_ARCHIVE_DAYS, MODES, modeOf } from '../../domain/automation/rules.js'
import { changeProject } from '../../domain/projects/commands.js'
import { type Project, projectsWith } from '../../domain/projects/queries.js'
import type { ProjectChange } from '../../domain/projects/updates.js'
import { projectOf } from '../framework/embedded.js'
import { count, word } from '../framework/fields.js'
import { operation, type Resource } from '../framework/operation.js'
import { type AuthenticatedContext, readBody } from '../framework/request-context.js'
import { number } from '../framework/schema.js'
import { projectIn } from './project.js'

/** What a project does by itself. */

const ABOUT = {
  superseded: 'Patches that ask for action once a newer version of their series is complete.',
  accepted: 'Patches that became commits of a tree of the project.',
  archived: 'Series that ask for no action, once nothing changed for a while.',
}

const DAYS = 'Days without a change after which a closed series is archived.'

function mode(description: string) {
  return Type.String({ enum: [...MODES], description })
}

const Rules = Type.Object(
  {
    superseded: mode(ABOUT.superseded),
    accepted: mode(ABOUT.accepted),
    archived: mode(ABOUT.archived),
    archive_days: number(DAYS),
  },
  { $id: 'ProjectRules', description: 'What a project does by itself: nothing, suggest it, or do it.' },
)

const FIELDS = {
  superseded: word(ABOUT.superseded, MODES),
  accepted: word(ABOUT.accepted, MODES),
  archived: word(ABOUT.archived, MODES),
  archive_days: count(DAYS, MAX_ARCHIVE_DAYS, MIN_ARCHIVE_DAYS),
}

export const PROJECT_RULES: Resource = {
  path: '/projects/:project/rules/',
  tag: 'Projects',
  get: operation({
    id: 'projects_rules_read',
    summary: 'Show what a project does by itself',
    description: 'Each rule is off, suggests changes, or makes them.',
    since: '1.4',
    answer: Rules,
    async handle(request) {
      return describe(await projectIn(request))
    },
  }),
  patch: operation({
    id: 'projects_rules_partial_update',
    summary: 'Change what a project does by itself',
    description: 'For its maintainers. Rules that are left out stay as they are.',
    since: '1.4',
    needsLogin: true,
    subject: projectIn,
    fields: FIELDS,
    isPartial: true,
    answer: Rules,
    async handle(request) {
      const { id } = await projectIn(request)
      await changeProject(request.db, request.actor, id, (db) => readChange({ ...request, db }))
      return describe(projectOf({ ...request.response, projects: await projectsWith(request.db, [id]) }, id))
    },
  }),
}

async function readChange(request: AuthenticatedContext): Promise<ProjectChange> {
  const { superseded, accepted, archived, archive_days } = await readBody(request, FIELDS, true)
  return {
    ...(superseded === undefined ? {} : { auto_superseded: superseded }),
    ...(accepted === undefined ? {} : { auto_accepted: accepted }),
    ...(archived === undefined ? {} : { auto_archived: archived }),
    ...(archive_days === undefined ? {} : { archive_days }),
  }
}

function describe(project: Project): Static<typeof Rules> {
  return {
    superseded: modeOf(project, 'superseded'),
    accepted: modeOf(project, 'accepted'),
    archived: modeOf(project, 'archived'),
    archive_days: project.archive_days,
  }
}
