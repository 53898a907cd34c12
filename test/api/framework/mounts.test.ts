import type { FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { mountPoints } from '../../../src/api/framework/mounts.js'
import { isSince, VERSIONS, type Version } from '../../../src/api/framework/versions.js'

const requestOf = (params: object) => ({ params }) as FastifyRequest

function patternsOf(fallback: Version, formOf: (version: Version) => string | undefined) {
  return mountPoints(fallback, formOf).map(({ pattern }) => pattern)
}

const since = (first: Version) => (version: Version) => (isSince(version, first) ? 'get' : undefined)

const writableSince13 = (version: Version) => (isSince(version, '1.3') ? 'get,post' : 'get')

describe('the routes of a resource', () => {
  it('are two where all versions have it in the same form', () => {
    const [own, shared, ...more] = mountPoints('1.4', () => 'get')
    expect(more).toEqual([])
    expect(own?.pattern).toBe('/api')
    expect(own?.mountOf(requestOf({}))).toEqual({ version: '1.4', prefix: '/api' })
    expect(shared?.mounts.map(({ version }) => version)).toEqual(VERSIONS)
    for (const version of VERSIONS)
      expect(shared?.mountOf(requestOf({ minor: version.slice(2) }))).toEqual({
        version,
        prefix: `/api/${version}`,
      })
  })

  it('are those of the versions that have it', () => {
    expect(patternsOf('1.4', since('1.2'))).toEqual(['/api', '/api/1.:minor(^2|3|4$)'])
    expect(patternsOf('1.1', since('1.2'))).toEqual(['/api/1.:minor(^2|3|4$)'])
    expect(patternsOf('1.4', since('1.4'))).toEqual(['/api', '/api/1.4'])
    expect(patternsOf('1.4', () => undefined)).toEqual([])
  })

  it('have one pattern at most, for the form of most versions', () => {
    expect(patternsOf('1.4', writableSince13)).toEqual([
      '/api',
      '/api/1.3',
      '/api/1.4',
      '/api/1.:minor(^0|1|2$)',
    ])
  })
})
