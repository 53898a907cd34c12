/** All permissions, for the API and the pages alike. */

/** What a token can be good for. Each command requires one of them; public data is read without any. */
export const SCOPES = [
  'read',
  'checks',
  'states',
  'comments',
  'notes',
  'bundles',
  'webhooks',
  'admin',
] as const

export type Scope = (typeof SCOPES)[number]

/** What a token is limited to; undefined: no limit. Its account may still do less. */
export interface TokenLimits {
  readonly scopes?: ReadonlySet<Scope> | undefined
  /** Project ids. */
  readonly projects?: ReadonlySet<number> | undefined
  /** Patterns of the contexts of checks. */
  readonly contexts?: readonly string[] | undefined
}

interface Limited {
  readonly limits?: TokenLimits | undefined
}

/** The caller: an account with the projects that it maintains, or undefined if not logged in. */
export type Viewer =
  | ({
      readonly id: number
      readonly maintains: ReadonlySet<number>
      /** The projects whose patches it may check without maintaining them. */
      readonly checks?: ReadonlySet<number>
    } & Limited)
  | undefined

/** The facts about the caller that rules without a project need. */
type LoggedIn = ({ readonly id: number } & Limited) | undefined

/** Whether the caller's token, if any, has a scope. */
export function hasScope({ limits }: Limited, scope: Scope): boolean {
  return limits?.scopes?.has(scope) ?? true
}

/** Whether the caller's token, if any, is valid for a project. */
export function isWithinProjects({ limits }: Limited, projectId: number): boolean {
  return limits?.projects?.has(projectId) ?? true
}

/** Whether the caller's token, if any, is valid for the whole site: its accounts and settings are of no project. */
function isSiteWide({ limits }: Limited): boolean {
  return limits?.projects === undefined
}

/** People and users are shown to those who have logged in. */
export function canSeeAccounts(viewer: LoggedIn): boolean {
  return viewer !== undefined && hasScope(viewer, 'read')
}

interface Owned {
  readonly owner_id: number
  readonly project_id: number
}

/** A bundle is its owner's until it is made public. */
export function canSeeBundle(viewer: LoggedIn, bundle: Owned & { readonly public: number }): boolean {
  return bundle.public === 1 || (canSeeOwnBundles(viewer) && canEditBundle(viewer, bundle))
}

/** Whether the caller sees bundles of theirs that are not public. */
export function canSeeOwnBundles(viewer: LoggedIn): boolean {
  return viewer !== undefined && (hasScope(viewer, 'read') || hasScope(viewer, 'bundles'))
}

/** However public it is, it stays its owner's. */
export function canEditBundle(viewer: LoggedIn, bundle: Owned): boolean {
  return viewer !== undefined && bundle.owner_id === viewer.id && isWithinProjects(viewer, bundle.project_id)
}

/** The site as a whole is run by superusers. */
export function canAdminister(viewer: ({ readonly is_superuser: number } & Limited) | undefined): boolean {
  return viewer?.is_superuser === 1 && isSiteWide(viewer)
}

/** Only the user can see their settings. */
export function canSeeSettings(viewer: LoggedIn, user: { id: number }): boolean {
  return viewer?.id === user.id && (hasScope(viewer, 'read') || hasScope(viewer, 'admin'))
}

/** Users can change only their own account. */
export function canEditUser(viewer: LoggedIn, user: { id: number }): boolean {
  return viewer?.id === user.id && isSiteWide(viewer)
}

/** An account is managed by its owner and by administrators. */
export function canManageAccount(
  viewer: (NonNullable<LoggedIn> & { readonly is_superuser: number }) | undefined,
  user: { id: number },
): boolean {
  return canEditUser(viewer, user) || canAdminister(viewer)
}

/** Whose tokens are seen, made and revoked. */
interface TokenOwner {
  readonly id: number
  /** The project that it is a bot of. */
  readonly botOf: number | null
}

/** Tokens are made by the owner of the account, by administrators and, of a bot, by its project's maintainers. */
export function canManageTokens(
  viewer: (NonNullable<Viewer> & { readonly is_superuser: number }) | undefined,
  user: TokenOwner,
): boolean {
  if (viewer === undefined) return false
  if (viewer.id === user.id || canAdminister(viewer)) return true
  return user.botOf !== null && canEditProject(viewer, { id: user.botOf })
}

/** A project is changed by those who maintain it. */
export function canEditProject(viewer: Viewer, project: { id: number }): boolean {
  return viewer !== undefined && viewer.maintains.has(project.id) && isWithinProjects(viewer, project.id)
}

/**
 * The setup of a project, including its maintainers and rules, can be changed by its maintainers and by
 * administrators.
 */
export function canSetUpProject(
  viewer: (NonNullable<Viewer> & { readonly is_superuser: number }) | undefined,
  project: { id: number },
): boolean {
  return canAdminister(viewer) || canEditProject(viewer, project)
}

/** Webhooks are part of a project's setup, and so are the answers of their receivers. */
export const canManageWebhooks = canSetUpProject

/** Only administrators remove the last maintainer of a project: nobody else could add another. */
export const canLeaveUnmaintained = canAdminister

/** Only administrators change the identity of a project (its names and list ids), and add or remove projects. */
export const canIdentifyProject = canAdminister

/** Facts about a mail that permissions depend on: its submitter and its project. */
interface Sent {
  readonly project_id: number
  /** The account of its submitter, if they have one. */
  readonly submitter_user_id: number | null
}

interface EditablePatch extends Sent {
  readonly delegate_id: number | null
}

/** A patch is changed by its submitter, its delegate and the project's maintainers; being superuser is not enough. */
export function canEditPatch(viewer: Viewer, patch: EditablePatch): boolean {
  if (viewer === undefined || !isWithinProjects(viewer, patch.project_id)) return false
  return patch.delegate_id === viewer.id || canEditCover(viewer, patch)
}

/** A cover belongs to its submitter and the project's maintainers. */
export function canEditCover(viewer: Viewer, cover: Sent): boolean {
  if (viewer === undefined || !isWithinProjects(viewer, cover.project_id)) return false
  return cover.submitter_user_id === viewer.id || viewer.maintains.has(cover.project_id)
}

/** Those who may change a patch may post checks on it, and so may the checkers of its project. */
export function canPostCheck(viewer: Viewer, patch: EditablePatch): boolean {
  if (canEditPatch(viewer, patch)) return true
  return viewer?.checks?.has(patch.project_id) === true && isWithinProjects(viewer, patch.project_id)
}

/** A relation is changed by those who maintain the projects of all patches in it, before and after. */
export function canRelate(viewer: Viewer, patches: readonly { project_id: number }[]): boolean {
  return viewer !== undefined && patches.every(({ project_id }) => canEditProject(viewer, { id: project_id }))
}

/** A comment is marked as addressed by its author, and by those who may change its patch or cover. */
export function canEditComment(viewer: Viewer, comment: Sent, canEditParent: boolean): boolean {
  if (viewer === undefined || !isWithinProjects(viewer, comment.project_id)) return false
  return canEditParent || comment.submitter_user_id === viewer.id
}
