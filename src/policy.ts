/** Who may see and do what; decided here alone, for the API and the pages alike. */

/** Whoever asks: an account, or nobody. */
export type Viewer = { readonly id: number } | undefined

/** People and users are shown to those who have logged in. */
export function canSeeAccounts(viewer: Viewer): boolean {
  return viewer !== undefined
}

/** A bundle is its owner's until it is made public. */
export function canSeeBundle(viewer: Viewer, bundle: { owner_id: number; public: number }): boolean {
  return bundle.public === 1 || bundle.owner_id === viewer?.id
}

/** Settings are nobody else's business. */
export function canSeeSettings(viewer: Viewer, user: { id: number }): boolean {
  return viewer?.id === user.id
}
