import type { Mapping } from '../mapping.js'
import * as f from './fields.js'

export const bundles: Mapping = {
  source: 'patchwork_bundle',
  target: 'bundles',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    owner_id: f.reference('owner_id', 'users'),
    project_id: f.reference('project_id', 'projects'),
    name: f.text('name'),
    public: f.flag('public'),
  },
}

export const bundlePatches: Mapping = {
  source: 'patchwork_bundlepatch',
  target: 'bundle_patches',
  key: 'id',
  kind: 'numbered',
  identity: ['id'],
  fields: {
    id: f.id(),
    bundle_id: f.reference('bundle_id', 'bundles'),
    patch_id: f.reference('patch_id', 'patches'),
    position: f.integer('order', 0),
  },
}
