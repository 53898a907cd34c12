import { expect, it } from 'vitest'
import { type HashLimits, isKnownHash, Passwords } from '../../src/auth/password.js'
import { least } from '../support/least.js'
import { CHEAP } from '../support/passwords.js'

/** Costs a sixth of what servers spend: enough that a difference of work shows. */
const passwords = new Passwords({ passes: 3, memory: 11 * 1024, parallelism: 4 })

/** Whether a password opens an account does not depend on the work that a wrong one costs. */
const cheap = new Passwords(CHEAP)

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
    expect([stored, await cheap.verify('secret', stored)]).toEqual([stored, true])
    expect([stored, await cheap.verify('Secret', stored)]).toEqual([stored, false])
    expect(isKnownHash(stored)).toBe(true)
  }
  const phc = await cheap.hash('secret')
  expect(await cheap.verify('secret', `argon2${phc}`)).toBe(true)
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
    expect([stored, await cheap.verify('', stored)]).toEqual([stored, false])
  expect(isKnownHash('unix$x')).toBe(false)
})

const HASH = 'A'.repeat(43)

it.each([
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
])('refuses %s, whose costs are absurd, for no more work than any other', async (stored) => {
  expect(isKnownHash(stored)).toBe(false)
  expect(await passwords.verify('secret', stored, { hashLimits: new Map() })).toBe(false)
})

/** CPU time of a wrong password, in microseconds. */
async function workFor(stored: string, hashLimits: HashLimits): Promise<number> {
  const before = process.cpuUsage()
  expect(await passwords.verify('Secret', stored, { hashLimits })).toBe(false)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

it('takes the same work for a wrong password whatever is stored', async () => {
  // Of about the costs that `passwords` has; the rest of the test is with hashes that cost next to nothing.
  const all = [
    'pbkdf2_sha256$100000$salty$imBvJbHNIPG2OemW+ljTjYuZpnyIMfbTv3AYD+KaXEA=',
    'bcrypt$$2b$07$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW',
    `argon2$argon2id$v=19$m=17066,t=2,p=8$c2FsdHNhbHQ$${HASH}`,
    ...DJANGO.filter((stored) => /^(?:pbkdf2_sha256|bcrypt|md5)\$/.test(stored)),
    await passwords.hash('secret'),
    '!',
  ]
  const hashLimits = passwords.hashLimitsOf(all)
  await workFor('!', hashLimits)
  const work = new Map<string, number>()
  const spread = async () => {
    for (const stored of all)
      work.set(stored, Math.min(await workFor(stored, hashLimits), work.get(stored) ?? Infinity))
    return Math.max(...work.values()) / Math.min(...work.values())
  }
  expect(await least(spread, 1.8)).toBeLessThan(1.8)
})
