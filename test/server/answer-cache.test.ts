import { describe, expect, it, vi } from 'vitest'
import { type Answer, AnswerCache } from '../../src/server/answer-cache.js'

const MEBIBYTE = 1024 * 1024

const answer = (stamp: number, body: Buffer = Buffer.from('lamp')): Answer => ({
  stamp,
  route: '/lamp/',
  headers: ['Content-Type', 'text/plain'],
  bodilessHeaders: [],
  etag: 'W/"1"',
  body,
  mayCompress: true,
})

describe('the memory of answers', () => {
  it('gives an answer while the database is in the state that it was made of', () => {
    let stamp: number | undefined = 1
    const cache = new AnswerCache(MEBIBYTE, () => stamp)
    cache.add('a', answer(1))
    expect(cache.find('a', 1)).toMatchObject({ etag: 'W/"1"' })
    expect(cache.find('a', 2)).toBeUndefined()
    expect(cache.find('b', 1)).toBeUndefined()
    stamp = 2
    cache.add('b', answer(1))
    expect(cache.find('b', 2)).toBeUndefined()
    expect(cache.find('b', 1)).toBeUndefined()
  })

  it('remembers nothing while the state is unknown, or without room', () => {
    const unknown = new AnswerCache(MEBIBYTE, () => undefined)
    unknown.add('a', answer(1))
    expect(unknown.bytes).toBe(0)
    const off = new AnswerCache(0, () => 1)
    expect(off.stamp()).toBeUndefined()
    off.add('a', answer(1))
    expect(off.find('a', 1)).toBeUndefined()
  })

  it('never takes more than its bytes, with encodings, and drops the least recently used', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    for (let index = 0; index < 100; index++) {
      cache.add(String(index), answer(1, Buffer.alloc(40_000)))
      cache.addEncoded(String(index), 1, 'br', Buffer.alloc(10_000))
      expect(cache.bytes).toBeLessThanOrEqual(MEBIBYTE)
      cache.find('0', 1)
    }
    expect(cache.find('0', 1)).toMatchObject({ br: Buffer.alloc(10_000) })
    expect(cache.find('1', 1)).toBeUndefined()
    expect(cache.find('99', 1)).toBeDefined()
  })

  it('takes what was not asked for before while there is room, and then nothing but what is asked for again', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    expect(cache.admits('a', 1, 40_000)).toBe(true)
    for (let index = 0; index < 100; index++) cache.add(String(index), answer(1, Buffer.alloc(40_000)))
    expect(cache.admits('b', 1, 40_000)).toBe(false)
    expect(cache.admits('b', 1, 40_000)).toBe(true)
    expect(cache.admits('b', 2, 40_000)).toBe(true)
    cache.waitOrMake('c', 1, () => {})
    cache.waitOrMake('c', 1, () => {})
    expect(cache.admits('c', 1, 40_000)).toBe(true)
  })

  it('keeps no answer over 2 MB, and says so', () => {
    const cache = new AnswerCache(64 * MEBIBYTE, () => 1)
    cache.add('large', answer(1, Buffer.alloc(2 * MEBIBYTE + 1)))
    expect(cache.find('large', 1)).toBe('unfit')
    expect(cache.bytes).toBeLessThan(10_000)
  })

  it('keeps no larger buffer alive than the answer', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    cache.add('a', answer(1, Buffer.alloc(500_000).subarray(0, 100)))
    const found = cache.find('a', 1) as Answer
    expect(found.body.buffer.byteLength).toBe(100)
  })

  it('has those wait who ask for what is being made in the same state', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    const called = vi.fn()
    expect(cache.waitOrMake('a', 1, called)).toBe(false)
    expect(cache.waitOrMake('a', 1, called)).toBe(true)
    expect(cache.waitOrMake('b', 1, called)).toBe(false)
    cache.end('a', 1)
    expect(called).toHaveBeenCalledTimes(1)
    cache.end('a', 1)
    expect(called).toHaveBeenCalledTimes(1)
    expect(cache.waitOrMake('a', 1, called)).toBe(false)
  })

  it('has nobody wait for what was begun before a commit', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    const called = vi.fn()
    expect(cache.waitOrMake('a', 1, called)).toBe(false)
    expect(cache.waitOrMake('a', 2, called)).toBe(false)
    expect(cache.waitOrMake('a', 1, called)).toBe(true)
    cache.end('a', 1)
    expect(called).toHaveBeenCalledTimes(1)
    expect(cache.waitOrMake('a', 2, called)).toBe(true)
  })

  it('knows whose credentials are in one state of the database only', () => {
    const cache = new AnswerCache(MEBIBYTE, () => 1)
    cache.addLogin('digest', { account: 7, token: 3, expires: undefined }, 1)
    expect(cache.viewerOf('digest', 1)).toBe('account 7 token 3')
    expect(cache.viewerOf('digest', 2)).toBeUndefined()
  })
})
