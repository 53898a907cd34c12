import { expect, it } from 'vitest'
import { hashPassword, isKnownHash, verifyPassword } from '../src/password.js'

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
    expect([stored, await verifyPassword('secret', stored)]).toEqual([stored, true])
    expect([stored, await verifyPassword('Secret', stored)]).toEqual([stored, false])
    expect(isKnownHash(stored)).toBe(true)
  }
  const phc = await hashPassword('secret')
  expect(await verifyPassword('secret', `argon2${phc}`)).toBe(true)
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
    expect([stored, await verifyPassword('', stored)]).toEqual([stored, false])
  expect(isKnownHash('unix$x')).toBe(false)
})
