import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { describeConfig, readConfig } from '../../src/config/config.js'

vi.mock(import('node:fs'), async (original) => {
  const module = await original()
  return {
    ...module,
    existsSync: vi.fn(module.existsSync),
    readFileSync: vi.fn(module.readFileSync) as typeof module.readFileSync,
  }
})

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'patchwork-config-')), 'patchwork.conf')
  writeFileSync(path, text)
  return path
}

describe('the configuration', () => {
  it("has defaults that suit a machine of one's own", () => {
    expect(readConfig({})).toEqual({
      treeFolder: 'data/trees',
      treeProtocols: ['https', 'http', 'git'],
      treeNetworks: [],
      treeTimeout: 1800,
      treeSize: 8_000_000_000,
      treeMemory: 4_000_000_000,
      shutdownTimeout: 8,
      workers: 1,
      workerTimeout: 60,
      pipeSocket: undefined,
      databaseUrl: 'sqlite:data/patchwork.db',
      publicUrl: undefined,
      hsts: 0,
      trustedHosts: ['localhost', '127.0.0.1', '::1'],
      trustedProxies: [],
      webhookNetworks: [],
      rateLimit: undefined,
      connectionsPerAddress: 256,
      streamsPerClient: 20,
      streams: 2000,
      waitingRequests: 1000,
      loginWindow: 15,
      loginFailuresOfAddress: 20,
      loginFailuresOfNetwork: 100,
      loginFailuresOfNetworkForAccount: 30,
      loginFailuresForAccount: 1000,
      loginFailuresOfKnown: 20,
      passwordHashes: 2,
      passwordHashesOfStrangers: 1,
      passwordQueue: 32,
      passwordQueueOfNetwork: 8,
      passwordQueueTimeout: 10,
      answerCache: 67_108_864,
      bodyLimit: 1048576,
      defaultApiVersion: '1.4',
      metricsFrom: ['127.0.0.1', '::1'],
      logLevel: 'info',
      mail: { kind: 'folder', path: 'data/outbox' },
      mailFrom: { name: 'Patchwork', address: 'patchwork@localhost' },
      administrators: [],
      lmtp: undefined,
      lmtpSize: 33_554_432,
      lmtpConnections: 20,
      lmtpTimeout: 300,
      maildirs: [],
      imap: undefined,
      inboxes: [],
      inboxFolder: 'data/inboxes',
      mailRetention: 90,
      failedMailRetention: 365,
      changeRetention: 730,
      checkRetention: Infinity,
      earlyReplies: 7,
    })
    expect(readConfig({ PATCHWORK_TRUSTED_HOSTS: ' ' }, ['[FE80::1]']).trustedHosts).toContain('fe80::1')
  })

  it('reads what is set', () => {
    const config = readConfig({
      PATCHWORK_PUBLIC_URL: 'https://pw.example.org/',
      PATCHWORK_TRUSTED_HOSTS: 'PW.example.org, [::1]',
      PATCHWORK_TRUSTED_PROXIES: '127.0.0.1, fd00::/8',
      PATCHWORK_RATE_LIMIT: '600/minute',
      PATCHWORK_BODY_LIMIT: '2048',
      PATCHWORK_LMTP: '[::1]:8024',
      PATCHWORK_MAIL_RETENTION: 'forever',
    })
    expect(config).toMatchObject({
      publicUrl: 'https://pw.example.org',
      trustedHosts: ['pw.example.org', '::1'],
      trustedProxies: ['127.0.0.1', 'fd00::/8'],
      rateLimit: { requests: 600, window: 60_000 },
      bodyLimit: 2048,
      lmtp: { host: '::1', port: 8024 },
      mailRetention: Infinity,
    })
  })

  it.each([
    ['PATCHWORK_DATABASE_URL', 'sqlite::memory:'],
    ['PATCHWORK_DATABASE_URL', 'mysql://pw'],
    ['PATCHWORK_PUBLIC_URL', 'patchwork.example.org'],
    ['PATCHWORK_TRUSTED_HOSTS', 'http://pw.example.org'],
    ['PATCHWORK_TRUSTED_HOSTS', '*'],
    ['PATCHWORK_TRUSTED_HOSTS', ','],
    ['PATCHWORK_TRUSTED_HOSTS', 'pw.example.org:80'],
    ['PATCHWORK_TRUSTED_PROXIES', 'proxy'],
    ['PATCHWORK_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PATCHWORK_TRUSTED_PROXIES', '10.0.0.0/'],
    ['PATCHWORK_RATE_LIMIT', '0/minute'],
    ['PATCHWORK_RATE_LIMIT', 'many'],
    ['PATCHWORK_LOGIN_WINDOW', '0'],
    ['PATCHWORK_LOGIN_FAILURES_OF_ADDRESS', 'none'],
    ['PATCHWORK_PASSWORD_HASHES', '1'],
    ['PATCHWORK_PASSWORD_QUEUE_TIMEOUT', '601'],
    ['PATCHWORK_BODY_LIMIT', '1M'],
    ['PATCHWORK_BODY_LIMIT', '10'],
    ['PATCHWORK_LOG_LEVEL', 'loud'],
    ['PATCHWORK_LMTP', 'localhost'],
    ['PATCHWORK_LMTP', 'localhost:70000'],
    ['PATCHWORK_LMTP_SIZE', '99999999999'],
    ['PATCHWORK_IMAP', 'https://imap.example.org'],
    ['PATCHWORK_MAIL_RETENTION', '0'],
  ])('complains of %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name} must be`)
  })

  it('reads a file too, which the environment wins over', () => {
    const PATCHWORK_CONFIG = file('# limits\nPATCHWORK_BODY_LIMIT=4096\nPATCHWORK_RATE_LIMIT=5/second\n')
    const config = readConfig({ PATCHWORK_CONFIG, PATCHWORK_BODY_LIMIT: '2048' })
    expect(config.bodyLimit).toBe(2048)
    expect(config.rateLimit).toEqual({ requests: 5, window: 1000 })
  })

  it('reads the usual file where none is named', () => {
    const [exists, read] = [vi.mocked(existsSync), vi.mocked(readFileSync)]
    exists.mockImplementation((path) => path === '/etc/patchwork.conf')
    read.mockReturnValue('PATCHWORK_BODY_LIMIT=4096\n')
    try {
      expect(readConfig({}).bodyLimit).toBe(4096)
      expect(read).toHaveBeenCalledWith('/etc/patchwork.conf', 'utf8')
      expect(readConfig({ PATCHWORK_CONFIG: '' }).bodyLimit).not.toBe(4096)
      exists.mockReturnValue(false)
      expect(readConfig({}).bodyLimit).not.toBe(4096)
    } finally {
      exists.mockRestore()
      read.mockRestore()
    }
  })

  it('complains of a file that is not there, and of names in it that mean nothing', () => {
    expect(() => readConfig({ PATCHWORK_CONFIG: '/nowhere.conf' })).toThrow("The file '/nowhere.conf'")
    expect(() => readConfig({ PATCHWORK_CONFIG: file('PATCHWORK_BODYLIMIT=4096') })).toThrow(
      "'PATCHWORK_BODYLIMIT' in the file",
    )
  })

  it('is listed with where each value came from, and without passwords', () => {
    const described = describeConfig({
      PATCHWORK_CONFIG: file('PATCHWORK_BODY_LIMIT=4096'),
      PATCHWORK_DATABASE_URL: 'postgres://pw:se@cret@db.example.org/pw',
      PATCHWORK_INBOXES: 'https://a:secret@lists.example.org/x,https://lists.example.org/y?token=secret',
      PATCHWORK_MAIL: 'smtp://post:se@cret@mail.example.org',
      PATCHWORK_IMAP: 'imaps://ann:secret@imap.example.org/INBOX',
    })
    expect(JSON.stringify(described)).not.toContain('cret')
    const bySource = described.map(({ variable, value, source }) => [variable, value, source])
    expect(bySource).toContainEqual([
      'PATCHWORK_DATABASE_URL',
      'postgres://pw:***@db.example.org/pw',
      'environment',
    ])
    expect(bySource).toContainEqual(['PATCHWORK_BODY_LIMIT', '4096', 'file'])
    expect(bySource).toContainEqual(['PATCHWORK_PUBLIC_URL', undefined, 'default'])
  })
})
