import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

const ROOT = resolve(import.meta.dirname, '../..')
const DEPLOY = join(ROOT, 'deploy')

/** Runs a program that only looks; throws with what it says if it finds fault. */
function check(program: string, ...options: string[]): string {
  return execFileSync(program, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

describe('the files for operators', () => {
  it('have units that systemd takes, with the server kept from all but its own', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-units-'))
    const units = readdirSync(join(DEPLOY, 'systemd'))
    for (const unit of units) {
      const text = readFileSync(join(DEPLOY, 'systemd', unit), 'utf8')
      writeFileSync(join(folder, unit), text.replaceAll('/opt/patchwork', ROOT))
    }
    check('systemd-analyze', 'verify', '--recursive-errors=yes', ...units.map((unit) => join(folder, unit)))
    const exposure = check('systemd-analyze', 'security', '--offline=true', join(folder, 'patchwork.service'))
    expect(Number(/exposure level for .*: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(2)
  })

  it('have a configuration that nginx takes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-nginx-'))
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')]
    const options = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=pw.example.org',
      '-days',
      '1',
    ]
    check('openssl', ...options, '-keyout', key, '-out', certificate)
    const site = readFileSync(join(DEPLOY, 'nginx.conf'), 'utf8')
      .replace('/etc/ssl/certs/patchwork.pem', certificate)
      .replace('/etc/ssl/private/patchwork.key', key)
    writeFileSync(join(folder, 'site.conf'), site)
    writeFileSync(
      join(folder, 'nginx.conf'),
      `events {}\npid ${join(folder, 'pid')};\nhttp { include ${join(folder, 'site.conf')}; }\n`,
    )
    check('nginx', '-t', '-c', join(folder, 'nginx.conf'))
  })

  it('have a configuration that Caddy takes', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'patchwork-caddy-')), 'Caddyfile')
    copyFileSync(join(DEPLOY, 'Caddyfile'), file)
    check('caddy', 'validate', '--adapter', 'caddyfile', '--config', file)
  })

  it.each(['compose.sqlite.yaml', 'compose.postgres.yaml'])('have %s, of services that exist', (name) => {
    const { services, volumes } = parse(readFileSync(join(DEPLOY, name), 'utf8'))
    const { patchwork } = services
    expect(patchwork.build).toEqual({ context: '..', dockerfile: 'deploy/Containerfile' })
    for (const needed of Object.keys(patchwork.depends_on ?? {})) expect(services).toHaveProperty(needed)
    for (const service of Object.values<{ volumes?: string[] }>(services))
      for (const volume of service.volumes ?? [])
        expect(volumes).toHaveProperty(volume.split(':')[0] as string)
  })

  it('have a container with all that its installation runs', () => {
    const folder = mkdtempSync(join(tmpdir(), 'patchwork-container-'))
    const [before = ''] = readFileSync(join(DEPLOY, 'Containerfile'), 'utf8').split('RUN npm ci')
    for (const [, files = '', target = ''] of before.matchAll(/^COPY (.+) (\S+)$/gm))
      for (const file of files.split(' '))
        cpSync(join(ROOT, file), join(folder, target, basename(file)), { recursive: true })
    const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    execFileSync('sh', ['-c', scripts.postinstall], { cwd: folder, stdio: 'pipe' })
  })
})
