import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { request as requestPlain } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
// @ts-expect-error a script without types
import { freePort } from '../../scripts/postgres.mjs'
import { endWithFile } from '../support/children.js'
import { ServerProcess } from '../support/server-process.js'

const DEPLOY = resolve(import.meta.dirname, '../../deploy')
const HOST = 'patchwork.example.org'

interface Ports {
  plain: number
  tls: number
  patchwork: number
}

/** The examples, with ports, files and certificates of this test in the place of those of a machine. */
const PROXIES: Record<string, (folder: string, ports: Ports) => ChildProcess> = {
  nginx: (folder, { plain, tls, patchwork }) => {
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
    const subject = ['-subj', `/CN=${HOST}`, '-days', '1', '-keyout', key, '-out', certificate]
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject], { stdio: 'pipe' })
    const site = readFileSync(join(DEPLOY, 'nginx.conf'), 'utf8')
      .replace('/etc/ssl/certs/patchwork.pem', certificate)
      .replace('/etc/ssl/private/patchwork.key', key)
      .replace('127.0.0.1:8000', `127.0.0.1:${patchwork}`)
      .replaceAll(/^ *listen \[::\].*\n/gm, '')
      .replace('listen 80;', `listen 127.0.0.1:${plain};`)
      .replace('listen 443 ', `listen 127.0.0.1:${tls} `)
    writeFileSync(join(folder, 'site.conf'), site)
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${join(folder, name)};`,
    )
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${join(folder, 'pid')}; error_log ${join(folder, 'errors')};
events {}
http { access_log off; ${paths.join(' ')} include ${join(folder, 'site.conf')}; }\n`,
    )
    return endWithFile(spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }))
  },
  caddy: (folder, { plain, tls, patchwork }) => {
    const site = readFileSync(join(DEPLOY, 'Caddyfile'), 'utf8').replace(
      '127.0.0.1:8000',
      `127.0.0.1:${patchwork}`,
    )
    const options = [
      'admin off',
      'local_certs',
      'skip_install_trust',
      `http_port ${plain}`,
      `https_port ${tls}`,
    ]
    writeFileSync(join(folder, 'Caddyfile'), `{\n${options.join('\n')}\n}\n${site}`)
    return endWithFile(
      spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')], {
        env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
        stdio: 'ignore',
      }),
    )
  },
}

/** One request, and the values of a header as they came, each by itself. */
async function ask(
  port: number,
  path: string,
  isSecure: boolean,
): Promise<{ status: number; hsts: string[] }> {
  const options = { host: '127.0.0.1', port, path, headers: { host: HOST }, agent: false } as const
  const sent = isSecure
    ? request({ ...options, servername: HOST, rejectUnauthorized: false })
    : requestPlain(options)
  sent.end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  return { status: answer.statusCode, hsts: answer.headersDistinct['strict-transport-security'] ?? [] }
}

describe.each(Object.keys(PROXIES))('the example for %s', (name) => {
  let ports: Ports
  let server: ServerProcess
  let proxy: ChildProcess

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), `patchwork-${name}-`))
    mkdirSync(join(folder, 'data'))
    copyFileSync(inject('sqliteTemplate'), join(folder, 'data', 'test.db'))
    server = await ServerProcess.start(`sqlite:${join(folder, 'data', 'test.db')}`, {
      PATCHWORK_LOG_LEVEL: 'silent',
      PATCHWORK_PUBLIC_URL: `https://${HOST}`,
      PATCHWORK_TRUSTED_PROXIES: '127.0.0.1',
      // With both set there is still one header.
      PATCHWORK_HSTS: '600',
    })
    ports = { plain: await freePort(), tls: await freePort(), patchwork: server.port }
    const start = PROXIES[name] as (typeof PROXIES)[string]
    proxy = start(folder, ports)
    // Until it listens, and has its certificate.
    while ((await ask(ports.tls, '/healthz', true).catch(() => undefined))?.status !== 200) {
      if (proxy.exitCode !== null) throw new Error(`${name} ended.`)
      await sleep(50)
    }
  })
  afterAll(async () => {
    proxy?.kill('SIGKILL')
    await server?.kill()
  })

  it('says once, with every answer by https, that browsers are to come by https alone', async () => {
    for (const [path, status] of [
      ['/', 200],
      ['/api/patches/', 200],
      ['/nowhere/', 404],
      ['/metrics', 404],
    ] as const)
      expect([path, await ask(ports.tls, path, true)]).toEqual([path, { status, hsts: ['max-age=31536000'] }])
  })

  it('leads from http to https, where it does not say so', async () => {
    const { status, hsts } = await ask(ports.plain, '/', false)
    expect([301, 308]).toContain(status)
    expect(hsts).toEqual([])
  })
})
