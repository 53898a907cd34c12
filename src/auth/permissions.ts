/** All permissions, for the API and the pages alike. */

/** The caller: an account with the projects that it maintains, or undefined if not logged in. */
export type Viewer = { readonly id: number; readonly maintains: ReadonlySet<number> } | undefined

/** The facts about the caller that rules without a project need. */
type LoggedIn = { readonly id: number } | undefined

/** People and users are shown to those who have logged in. */
export function canSeeAccounts(viewer: LoggedIn): boolean {
  return viewer !== undefined
}

/** A bundle is its owner's until it is made public. */
export function canSeeBundle(viewer: LoggedIn, bundle: { owner_id: number; public: number }): boolean {
  return bundle.public === 1 || canEditBundle(viewer, bundle)
}

/** However public it is, it stays its owner's. */
export function canEditBundle(viewer: LoggedIn, bundle: { owner_id: number }): boolean {
  return viewer !== undefined && bundle.owner_id === viewer.id
}

/** The site as a whole is run by superusers. */
export function canAdminister(viewer: { readonly is_superuser: number } | undefined): boolean {
  return viewer?.is_superuser === 1
}

/** Only the user can see their settings. */
export function canSeeSettings(viewer: LoggedIn, user: { id: number }): boolean {
  return viewer?.id === user.id
}

/** Users can change only their own account. */
export function canEditUser(viewer: LoggedIn, user: { id: number }): boolean {
  return viewer?.id === user.id
}

/** A project is changed by those who maintain it. */
export function canEditProject(viewer: Viewer, project: { id: number }): boolean {
  return viewer !== undefined && viewer.maintains.has(project.id)
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
  if (viewer === undefined) return false
  return patch.delegate_id === viewer.id || canEditCover(viewer, patch)
}

/** A cover belongs to its submitter and the project's maintainers. */
export function canEditCover(viewer: Viewer, cover: Sent): boolean {
  if (viewer === undefined) return false
  return cover.submitter_user_id === viewer.id || viewer.maintains.has(cover.project_id)
}

/** Those who may change a patch may post checks on it. */
export const canPostCheck = canEditPatch

/** A relation is changed by those who maintain the projects of all patches in it, before and after. */
export function canRelate(viewer: Viewer, patches: readonly { project_id: number }[]): boolean {
  return viewer !== undefined && patches.every(({ project_id }) => viewer.maintains.has(project_id))
}

/** A comment is marked as addressed by its author, and by those who may change its patch or cover. */
export function canEditComment(
  viewer: Viewer,
  comment: { submitter_user_id: number | null },
  canEditParent: boolean,
): boolean {
  return viewer !== undefined && (canEditParent || comment.submitter_user_id === viewer.id)
}
