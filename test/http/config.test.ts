import { describe, expect, it } from 'vitest'
import { HTTP_DEFAULTS, readConfig } from '../../src/config.js'

describe('the configuration of requests', () => {
  it("has defaults that suit a machine of one's own", () => {
    expect(readConfig({}).http).toEqual(HTTP_DEFAULTS)
    expect(readConfig({ PATCHWORK_TRUSTED_HOSTS: ' ' }, ['[FE80::1]']).http?.trustedHosts).toContain(
      'fe80::1',
    )
  })

  it('reads what is set', () => {
    const { http } = readConfig({
      PATCHWORK_TRUSTED_HOSTS: 'PW.example.org, [::1]',
      PATCHWORK_TRUSTED_PROXIES: '127.0.0.1, fd00::/8',
      PATCHWORK_RATE_LIMIT: '600/minute',
      PATCHWORK_BODY_LIMIT: '2048',
    })
    expect(http).toEqual({
      trustedHosts: ['pw.example.org', '::1'],
      trustedProxies: ['127.0.0.1', 'fd00::/8'],
      rateLimit: { requests: 600, window: 60_000 },
      bodyLimit: 2048,
    })
  })

  it.each([
    ['PATCHWORK_TRUSTED_HOSTS', 'http://pw.example.org'],
    ['PATCHWORK_TRUSTED_HOSTS', '*'],
    ['PATCHWORK_TRUSTED_HOSTS', 'pw.example.org:80'],
    ['PATCHWORK_TRUSTED_PROXIES', 'proxy'],
    ['PATCHWORK_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PATCHWORK_TRUSTED_PROXIES', '10.0.0.0/'],
    ['PATCHWORK_RATE_LIMIT', '0/minute'],
    ['PATCHWORK_RATE_LIMIT', 'many'],
    ['PATCHWORK_BODY_LIMIT', '1M'],
    ['PATCHWORK_BODY_LIMIT', '10'],
  ])('complains of %s=%s', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(`${name} must be`)
  })
})
