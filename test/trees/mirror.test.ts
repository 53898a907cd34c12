import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/config.js'
import { cloneFolder } from '../../src/receive/public-inbox/repositories.js'
import { type FetchedBranch, TooLarge, withBranch } from '../../src/trees/mirror.js'
import { MAX_PACKS } from '../../src/trees/pack.js'
import { Invalid } from '../../src/util/errors.js'
import { publish } from '../support/git-server.js'
import { git } from '../support/program.js'
import { PushedRepository, textOf } from '../support/pushed-repository.js'
import { SmartGitServer } from '../support/smart-git-server.js'

const served = mkdtempSync(join(tmpdir(), 'patchwork-served-'))
const repository = new PushedRepository(join(served, 'lamps.git'))
const server = new SmartGitServer(served)
let url = ''
let treeFolder = ''

beforeAll(async () => {
  await repository.start()
  await server.listen()
  url = `http://127.0.0.1:${server.port}/lamps.git`
})

afterAll(() => server.close())

beforeEach(() => {
  server.misbehaviour = () => false
  treeFolder = mkdtempSync(join(tmpdir(), 'patchwork-mirror-'))
})

const SINCE = '2026-10-01'

async function headOf({ head }: FetchedBranch): Promise<string> {
  return await Promise.resolve(head)
}

/** Fetches the branch; returns the commit at its head. */
async function fetchTree(
  environment: Record<string, string> = {},
  { from = url, branch = 'master', signal }: { from?: string; branch?: string; signal?: AbortSignal } = {},
): Promise<string> {
  const config = readConfig({
    PATCHWORK_TREE_FOLDER: treeFolder,
    PATCHWORK_TREE_NETWORKS: '127.0.0.1',
    ...environment,
  })
  return await withBranch({ id: 1, url: from, branch }, config, { since: SINCE, signal }, headOf)
}

/** A new commit, which the server has as if it was pushed. */
async function push(name: string): Promise<string> {
  return await repository.commit({ [name]: textOf(name) }, `${name}: add it`)
}

const ADVERTISEMENT = { 'Content-Type': 'application/x-git-upload-pack-advertisement' }
const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`

/** Sends parts as long as somebody reads them. */
function sendForEver(response: ServerResponse, part: Buffer): void {
  const send = () => {
    while (!response.destroyed && response.write(part));
  }
  response.on('drain', send)
  send()
}

/** A fetch from the server as it should be finds what was pushed meanwhile. */
async function goesOn(): Promise<void> {
  server.misbehaviour = () => false
  const head = await push(`on${Math.random()}`)
  expect(await fetchTree()).toBe(head)
}

/** The server misbehaves for a fetch; afterwards all is as if it had not. */
async function refused(
  problem: RegExp | string,
  settings: Record<string, string>,
  misbehaviour: SmartGitServer['misbehaviour'],
): Promise<void> {
  await push(`p${Math.random()}`)
  server.requests.length = 0
  server.misbehaviour = misbehaviour
  const attempt = fetchTree(settings)
  await expect(attempt).rejects.toThrow(problem)
  await expect(attempt).rejects.toBeInstanceOf(typeof problem === 'string' ? TooLarge : Invalid)
  await goesOn()
}

/** One packet of the protocol, on the band of packs. */
function packet(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from((data.length + 5).toString(16).padStart(4, '0')), Buffer.from([1]), data])
}

/** A pack that never ends: the same object again and again, as much as one packet of the protocol takes. */
function endlessPack(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'application/x-git-upload-pack-result' })
  const blob = deflateSync(Buffer.alloc(4000, 'x'), { level: 0 })
  const size = Buffer.from([0x30 | (4000 & 15) | 0x80, ((4000 >> 4) & 127) | 0x80, 4000 >> 11])
  response.write(line('packfile\n'))
  response.write(packet(Buffer.concat([Buffer.from('PACK'), Buffer.from([0, 0, 0, 2, 0, 16, 0, 0])])))
  sendForEver(response, packet(Buffer.concat([size, blob])))
}

describe('a mirror that is fetched by HTTP', () => {
  it('has the head of the branch, and follows it', async () => {
    const first = await push('first')
    expect(await fetchTree()).toBe(first)
    const second = await push('second')
    expect(await fetchTree()).toBe(second)
    // A forced push.
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
    const third = await push('third')
    expect(await fetchTree()).toBe(third)
  })

  it('fetches one branch of a hundred thousand', async () => {
    const head = await push('many')
    const refs = Array.from(
      { length: 100_000 },
      (_, at) => `${head} refs/heads/b${String(at).padStart(6, '0')}`,
    )
    const text = `# pack-refs with: peeled fully-peeled sorted \n${refs.join('\n')}\n`
    writeFileSync(join(served, 'lamps.git', 'packed-refs'), text)
    expect(await fetchTree()).toBe(head)
    const known = await git(cloneFolder(url, treeFolder), 'for-each-ref', '--format=%(refname)')
    expect(known.trim()).toBe('refs/patchwork/1/head')
    writeFileSync(join(served, 'lamps.git', 'packed-refs'), '# pack-refs with: peeled fully-peeled sorted \n')
  })

  it('can be fetched from a server that only serves files', async () => {
    const head = await push('files')
    await publish(join(served, 'lamps.git'))
    // Without the name of the service nothing but files is asked for.
    server.misbehaviour = (request) => {
      request.url = (request.url ?? '').replace(/\?service=.*/, '')
      return false
    }
    expect(await fetchTree()).toBe(head)
  })

  it('can be fetched from a repository that is cut off from its history', async () => {
    await push('old')
    const head = await push('new')
    const origin = `file://${join(served, 'lamps.git')}`
    await git(served, 'clone', '--quiet', '--bare', '--depth=1', origin, 'cut.git')
    expect(await fetchTree({}, { from: url.replace('lamps', 'cut') })).toBe(head)
  })

  it('is packed again after many fetches, without what forced pushes left behind', async () => {
    const folder = cloneFolder(url, treeFolder)
    const packs = () => readdirSync(join(folder, 'objects', 'pack')).filter((name) => name.endsWith('.pack'))
    const has = (commit: string) =>
      git(folder, 'cat-file', '-e', commit).then(
        () => true,
        () => false,
      )
    const pushed: string[] = []
    let made = 0
    const fetchMany = async (count: number) => {
      for (let fetched = 0; fetched < count; fetched++) {
        const commit = await push(`pack${made++}`)
        pushed.push(commit)
        expect(await fetchTree()).toBe(commit)
      }
    }
    // Others leave the same packs behind as fetches by HTTP, which start a dozen programs each.
    const fetchLocally = async (count: number) => {
      const branch = '+refs/heads/master:refs/patchwork/1/head'
      for (let fetched = 0; fetched < count; fetched++) {
        pushed.push(await push(`pack${made++}`))
        await git(folder, '-c', 'fetch.unpackLimit=1', 'fetch', '--quiet', join(served, 'lamps.git'), branch)
      }
    }
    await fetchMany(1)
    await fetchLocally(MAX_PACKS - 2)
    expect(packs()).toHaveLength(MAX_PACKS - 1)
    await fetchMany(1)
    expect(packs().length).toBeLessThan(5)
    for (const commit of pushed) expect(await has(commit)).toBe(true)
    const vanished = pushed.pop() as string
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
    await fetchMany(1)
    expect(await has(vanished)).toBe(true)
    await fetchLocally(MAX_PACKS - packs().length - 1)
    expect(packs()).toHaveLength(MAX_PACKS - 1)
    await fetchMany(1)
    expect(packs()).toHaveLength(1)
    expect(await has(vanished)).toBe(false)
    for (const commit of pushed) expect(await has(commit)).toBe(true)
    await git(folder, 'fsck', '--connectivity-only')
    await fetchMany(2)
    expect(packs()).toHaveLength(3)
  })

  it('runs no hooks', async () => {
    await push('hook')
    await fetchTree()
    const hooks = join(cloneFolder(url, treeFolder), 'hooks')
    mkdirSync(hooks)
    const trace = join(treeFolder, 'trace')
    for (const name of ['reference-transaction', 'post-checkout', 'pre-auto-gc', 'post-merge']) {
      writeFileSync(join(hooks, name), `#!/bin/sh\necho ${name} >> ${trace}\n`)
      chmodSync(join(hooks, name), 0o755)
    }
    await push('hooked')
    await fetchTree()
    expect(existsSync(trace)).toBe(false)
  })
})

describe('a fetch ends with a clear outcome, and goes on later, after', () => {
  it('a redirect', async () => {
    await refused(/The requested URL returned error: 302/, {}, (_, response) => {
      response.writeHead(302, { Location: `http://127.0.0.1:${server.port}/elsewhere.git/info/refs` }).end()
      return true
    })
    expect(server.requests.some((request) => request.includes('elsewhere'))).toBe(false)
  })

  it('a question for a password', async () => {
    await refused(
      /^git fetch failed: fatal: .*(?:could not read Username|Authentication failed)/,
      {},
      (_, response) => {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="lamps"' }).end()
        return true
      },
    )
  })

  it('a page that is no repository', async () => {
    await refused(
      /not valid: is this a git repository\?|not found|couldn't find remote ref/,
      {},
      (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Lamps</p>')
        return true
      },
    )
  })

  it('a server that sends nothing', async () => {
    const settings = { PATCHWORK_TREE_TIMEOUT: '4' }
    await refused(/Operation too slow/, settings, () => true)
  })

  it('a server that sends a byte now and then', async () => {
    await refused(
      /^git fetch failed: sh took longer than 3 seconds|git took longer/,
      { PATCHWORK_TREE_TIMEOUT: '3' },
      (_, response) => {
        response.writeHead(200, ADVERTISEMENT)
        const timer = setInterval(() => response.write('0'), 100)
        response.on('close', () => clearInterval(timer))
        return true
      },
    )
  })

  it('a list of refs without an end', async () => {
    const settings = { PATCHWORK_TREE_MEMORY: '60000000' }
    await refused(/[Oo]ut of memory/, settings, (_, response) => {
      response.writeHead(200, ADVERTISEMENT)
      response.write(`${line('# service=git-upload-pack\n')}0000`)
      const ref = line(`${'1'.repeat(40)} refs/heads/${'x'.repeat(100)}\n`)
      sendForEver(response, Buffer.from(ref.repeat(500)))
      return true
    })
  })

  it('a pack without an end, which leaves nothing behind', async () => {
    const settings = { PATCHWORK_TREE_SIZE: '2000000' }
    await refused('The repository is larger than 2000000 bytes.', settings, ({ method }, response) => {
      if (method !== 'POST' || server.requests.filter((each) => each.startsWith('POST')).length < 2)
        return false
      endlessPack(response)
      return true
    })
    const packs = readdirSync(join(cloneFolder(url, treeFolder), 'objects', 'pack'))
    expect(packs.filter((name) => name.startsWith('tmp_'))).toEqual([])
  })

  it('a signal to stop', async () => {
    const abort = new AbortController()
    server.misbehaviour = (_, response) => {
      response.writeHead(200, ADVERTISEMENT).write('0')
      abort.abort()
      return true
    }
    await expect(fetchTree({}, { signal: abort.signal })).rejects.toThrow('was stopped')
    await goesOn()
  })

  it('a process that was killed, and left its locks', async () => {
    await push('before')
    await fetchTree()
    const folder = cloneFolder(url, treeFolder)
    for (const name of [
      'shallow.lock',
      'packed-refs.lock',
      'refs/patchwork/1/head.lock',
      'objects/pack/tmp_pack_x',
    ])
      writeFileSync(join(folder, name), '')
    await goesOn()
    expect(existsSync(join(folder, 'objects/pack/tmp_pack_x'))).toBe(false)
  })

  it('a branch that is not there', async () => {
    await push('branch')
    await expect(fetchTree({}, { branch: 'missing' })).rejects.toThrow(/couldn't find remote ref/)
    await goesOn()
  })
})

describe('a server that is asked for files', () => {
  it('does not lead to another server', async () => {
    const inner = new SmartGitServer(served)
    await inner.listen()
    await push('alternate')
    await publish(join(served, 'lamps.git'))
    server.misbehaviour = (request, response) => {
      const path = request.url ?? ''
      request.url = path.replace(/\?service=.*/, '')
      if (!path.includes('alternates')) {
        if (!path.includes('/objects/')) return false
        response.writeHead(404).end()
        return true
      }
      response.writeHead(200).end(`http://127.0.0.1:${inner.port}/lamps.git/objects\n`)
      return true
    }
    await expect(fetchTree()).rejects.toThrow(Invalid)
    expect(server.requests.some((request) => request.includes('alternates'))).toBe(true)
    expect(inner.requests).toEqual([])
    inner.close()
  })
})
