import { expect, it } from 'vitest'
import * as policy from '../../src/auth/permissions.js'

const nobody = undefined
const anybody = { id: 1, maintains: new Set<number>() }
const maintainer = { id: 2, maintains: new Set([10]) }
const foreign = { id: 3, maintains: new Set([11]) }
const submitter = { id: 4, maintains: new Set<number>() }
const delegate = { id: 5, maintains: new Set<number>() }
const VIEWERS = { nobody, anybody, maintainer, foreign, submitter, delegate }

const patch = { project_id: 10, submitter_user_id: 4, delegate_id: 5 }

/** Those who may, in a word each. */
function who(may: (viewer: policy.Viewer) => boolean): string {
  return Object.entries(VIEWERS)
    .filter(([, viewer]) => may(viewer))
    .map(([name]) => name)
    .join(' ')
}

it.each<[string, (viewer: policy.Viewer) => boolean, string]>([
  ['sees accounts', policy.canSeeAccounts, 'anybody maintainer foreign submitter delegate'],
  ['changes a patch', (viewer) => policy.canEditPatch(viewer, patch), 'maintainer submitter delegate'],
  ['posts a check', (viewer) => policy.canPostCheck(viewer, patch), 'maintainer submitter delegate'],
  ['changes a cover', (viewer) => policy.canEditCover(viewer, patch), 'maintainer submitter'],
  [
    'changes a patch of nobody',
    (viewer) => policy.canEditPatch(viewer, { ...patch, submitter_user_id: null, delegate_id: null }),
    'maintainer',
  ],
  ['changes a project', (viewer) => policy.canEditProject(viewer, { id: 10 }), 'maintainer'],
  ['relates patches', (viewer) => policy.canRelate(viewer, [patch, patch]), 'maintainer'],
  ['relates patches of two projects', (viewer) => policy.canRelate(viewer, [patch, { project_id: 11 }]), ''],
  [
    'changes a remark',
    (viewer) => policy.canEditComment(viewer, { submitter_user_id: 1, project_id: 10 }, false),
    'anybody',
  ],
  [
    'changes a remark on what is theirs',
    (viewer) =>
      policy.canEditComment(viewer, { submitter_user_id: null, project_id: 10 }, viewer === maintainer),
    'maintainer',
  ],
  [
    'sees a bundle',
    (viewer) => policy.canSeeBundle(viewer, { owner_id: 4, project_id: 10, public: 0 }),
    'submitter',
  ],
  [
    'sees a public bundle',
    (viewer) => policy.canSeeBundle(viewer, { owner_id: 4, project_id: 10, public: 1 }),
    'nobody anybody maintainer foreign submitter delegate',
  ],
  [
    'changes a bundle',
    (viewer) => policy.canEditBundle(viewer, { owner_id: 4, project_id: 10 }),
    'submitter',
  ],
  ['changes an account', (viewer) => policy.canEditUser(viewer, { id: 5 }), 'delegate'],
  ['sees settings', (viewer) => policy.canSeeSettings(viewer, { id: 5 }), 'delegate'],
])('says who %s', (_, may, expected) => expect(who(may)).toBe(expected))

it('leaves the site to superusers, who change no patch for that', () => {
  const root = { ...anybody, is_superuser: 1 }
  expect(policy.canAdminister(root)).toBe(true)
  expect(policy.canAdminister({ ...anybody, is_superuser: 0 })).toBe(false)
  expect(policy.canAdminister(undefined)).toBe(false)
  expect(policy.canSetUpProject(root, { id: 10 })).toBe(true)
  expect(policy.canSetUpProject({ ...maintainer, is_superuser: 0 }, { id: 10 })).toBe(true)
  expect(policy.canSetUpProject({ ...foreign, is_superuser: 0 }, { id: 10 })).toBe(false)
  expect(policy.canEditPatch(root, patch)).toBe(false)
})
