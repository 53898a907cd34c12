import { GIT_PROTOCOLS } from '../util/urls.js'
import { parseList, parseNetworks, type Setting } from './setting.js'

/** Settings of the trees that projects follow. */
export const TREE_SETTINGS = {
  treeFolder: {
    variable: 'PATCHWORK_TREE_FOLDER',
    meaning: 'folder for mirrors of the trees of projects',
    form: 'the path of a folder',
    fallback: 'data/trees',
    parse: (text) => text,
  },
  treeProtocols: {
    variable: 'PATCHWORK_TREE_PROTOCOLS',
    meaning:
      'protocols by which trees of projects may be fetched; `file` lets maintainers read repositories on this machine',
    form: `some of ${GIT_PROTOCOLS.join(', ')}`,
    fallback: 'https, http, git',
    parse: (text) => parseList(text, (item) => GIT_PROTOCOLS.find((protocol) => protocol === item)),
  },
  treeNetworks: {
    variable: 'PATCHWORK_TREE_NETWORKS',
    meaning:
      'private addresses and networks from which trees may be fetched; by default none, which protects internal services',
    form: 'addresses or networks, such as 10.1.2.3, 10.0.0.0/8',
    fallback: '',
    parse: parseNetworks,
  },
} satisfies Record<string, Setting<unknown>>
