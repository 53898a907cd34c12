import { GIT_PROTOCOLS } from '../util/urls.js'
import { parseList, parseNetworks, parseNumber, type Setting } from './setting.js'

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
  treeTimeout: {
    variable: 'PATCHWORK_TREE_TIMEOUT',
    meaning: 'how long a fetch of a tree may take, in seconds',
    form: 'a number from 1 to 86400',
    fallback: '1800',
    parse: (text) => parseNumber(text, 1, 86_400),
  },
  treeSize: {
    variable: 'PATCHWORK_TREE_SIZE',
    meaning: 'how large the mirror of a repository may become, in bytes',
    form: 'a number from 1000000',
    fallback: '8000000000',
    parse: (text) => parseNumber(text, 1_000_000, 999_999_999_999),
  },
  treeMemory: {
    variable: 'PATCHWORK_TREE_MEMORY',
    meaning: 'how much memory each process of git may take for a fetch, in bytes',
    form: 'a number from 50000000',
    fallback: '4000000000',
    parse: (text) => parseNumber(text, 50_000_000, 999_999_999_999),
  },
} satisfies Record<string, Setting<unknown>>
