import { describe, expect, it, vi } from 'vitest'
import { type HashLimits, isKnownHash, Passwords } from '../../src/auth/password.js'
import { hashWork } from '../support/hash-work.js'
import { CHEAP } from '../support/passwords.js'

vi.mock('node:crypto', async (original) => {
  const { countedCrypto } = await import('../support/hash-work.js')
  return countedCrypto(await original())
})

const passwords = new Passwords(CHEAP)

/** Of the password `secret`, made by Python's hashlib, and the bcrypt ones by libxcrypt, as Django does. */
const DJANGO = [
  'pbkdf2_sha1$1000$salty$uiLAeK2s9wvga7WGm0Z6sD+hVz8=',
  'pbkdf2_sha256$1000$salty$imBvJbHNIPG2OemW+ljTjYuZpnyIMfbTv3AYD+KaXEA=',
  'scrypt$16384$salty$8$5$iCExcKP3ZbfopPf+/KzL5iMF2HOTq9neEKBPz/OWFcJJ8qLpXAv3hd+c9dwimT0BocR/Kp6Bsg0MZLQHxLV5RQ==',
  'bcrypt$$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW',
  'bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuraR8y8jUb0UMmCc9fwl/YxKZSpSs52u',
  'sha1$salty$c9f28e04751363222fe3c00957ecf41d7566b403',
  'md5$salty$428eb95fd308bc729d6f6621550e4625',
]

it('opens accounts with the hashes of Django, for their password alone', async () => {
  for (const stored of DJANGO) {
    expect([stored, await passwords.verify('secret', stored)]).toEqual([stored, true])
    expect([stored, await passwords.verify('Secret', stored)]).toEqual([stored, false])
    expect(isKnownHash(stored)).toBe(true)
  }
  const phc = await passwords.hash('secret')
  expect(await passwords.verify('secret', `argon2${phc}`)).toBe(true)
})

it('uses the recommended parameters for scarce memory, unless a test overrides them', async () => {
  expect(await new Passwords().hash('secret')).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=4\$/)
})

it('opens nothing with a hash that is broken or of another form', async () => {
  const broken = [
    '',
    '!',
    'sha1$$',
    'md5$x$',
    'scrypt$3$x$8$1$AAAA',
    'scrypt$16384$x$0$1$AAAA',
    'argon2$',
    'pbkdf2_sha1$x$y$z',
    'bcrypt$',
    'bcrypt_sha256$$2b$12$x',
    `bcrypt$$2b$31$${'a'.repeat(53)}`,
  ]
  for (const stored of [...broken, 'unix$x', 'toString$x'])
    expect([stored, await passwords.verify('', stored)]).toEqual([stored, false])
  expect(isKnownHash('unix$x')).toBe(false)
})

const HASH = 'A'.repeat(43)

/** What a wrong password takes. */
const workFor = (stored: string, hashLimits: HashLimits) =>
  hashWork(async () => expect(await passwords.verify('Secret', stored, { hashLimits })).toBe(false))

/** Their costs would stop the server. */
const ABSURD = [
  `pbkdf2_sha256$4000000000$salt$${HASH}=`,
  `pbkdf2_sha256$99999999$salt$${HASH}=`,
  `pbkdf2_sha1$4000001$salt$${HASH}=`,
  `pbkdf2_sha256$1000000$salt$${'A'.repeat(800)}`,
  `pbkdf2_sha256$0$salt$${HASH}=`,
  `$argon2id$v=19$m=9999999,t=1,p=1$c2FsdHNhbHQ$${HASH}`,
  `$argon2id$v=19$m=65536,t=999,p=1$c2FsdHNhbHQ$${HASH}`,
  `argon2$argon2i$v=19$m=262144,t=5,p=1$c2FsdHNhbHQ$${HASH}`,
  `$argon2id$v=19$m=1024,t=1,p=999$c2FsdHNhbHQ$${HASH}`,
  `$argon2id$v=19$m=0,t=1,p=1$c2FsdHNhbHQ$${HASH}`,
  `$argon2id$v=19$m=1024,t=1,p=1$c2E$${HASH}`,
  `$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHQ$${'A'.repeat(900)}`,
  `scrypt$16777216$salt$8$1$${HASH}=`,
  `scrypt$16384$salt$8$99999$${HASH}=`,
  `scrypt$16384$salt$99999$1$${HASH}=`,
  `scrypt$1e3$salt$8$1$${HASH}=`,
  `bcrypt$$2b$15$${'a'.repeat(53)}`,
  `bcrypt_sha256$$2b$31$${'a'.repeat(53)}`,
  `md5$${'x'.repeat(1100)}$${'0'.repeat(32)}`,
]

it.each(ABSURD)('refuses %s, whose costs are absurd, without any work', async (stored) => {
  expect(isKnownHash(stored)).toBe(false)
  expect(await workFor(stored, new Map())).toEqual({})
})

describe('a wrong password', () => {
  // Parts of a cost of each algorithm, and more of one than our own form has.
  const all = [
    ...DJANGO.filter((stored) => !stored.startsWith('scrypt$')),
    'pbkdf2_sha256$2500$salty$imBvJbHNIPG2OemW+ljTjYuZpnyIMfbTv3AYD+KaXEA=',
    'bcrypt$$2b$06$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW',
    `scrypt$1024$salty$8$2$${HASH}=`,
    `scrypt$256$salty$8$1$${HASH}=`,
    `argon2$argon2id$v=19$m=64,t=2,p=8$c2FsdHNhbHQ$${HASH}`,
  ]
  const hashLimits = passwords.hashLimitsOf(all)

  it.each([...all, '!', '', 'unix$x', ...ABSURD])('takes the same work if %s is stored', async (stored) => {
    expect(await workFor(stored, hashLimits)).toEqual({
      argon2: 128,
      pbkdf2_sha1: 1000,
      pbkdf2_sha256: 2500,
      scrypt: 1024 * 8 * 2,
      bcrypt: 64,
    })
  })

  it('takes the work of our own form where no other is stored', async () => {
    const own = await passwords.hash('secret')
    for (const stored of [own, '!', ...ABSURD])
      expect(await workFor(stored, passwords.hashLimitsOf([own]))).toEqual({
        argon2: CHEAP.memory * CHEAP.passes,
      })
  })
})
