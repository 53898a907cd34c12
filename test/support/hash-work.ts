import type * as NodeCrypto from 'node:crypto'
import type { Argon2Parameters, ScryptOptions } from 'node:crypto'
import { vi } from 'vitest'
import { Bcrypt } from '../../src/auth/bcrypt.js'
import type { Algorithm } from '../../src/auth/password-hash.js'

/** Work that hashing took, in the units of each algorithm that was used: KiB times passes, rounds, N times r times p. */
export type HashWork = Partial<Record<Algorithm, number>>

type Crypto = typeof NodeCrypto

let work: HashWork = {}

function add(algorithm: Algorithm, cost: number): void {
  work[algorithm] = (work[algorithm] ?? 0) + cost
}

/**
 * `node:crypto` whose hashes are counted. For the factory of `vi.mock`, which a test file has to call itself, and which
 * runs before what the file imports is there.
 */
export function countedCrypto(original: Crypto): Crypto {
  const { argon2, pbkdf2, scrypt } = original
  return {
    ...original,
    argon2(kind, costs: Argon2Parameters, done) {
      add('argon2', costs.memory * costs.passes)
      argon2(kind, costs, done)
    },
    pbkdf2(password, salt, rounds, length, digest, done) {
      const sha256 = digest === 'sha256'
      add(sha256 ? 'pbkdf2_sha256' : 'pbkdf2_sha1', rounds * Math.ceil(length / (sha256 ? 32 : 20)))
      pbkdf2(password, salt, rounds, length, digest, done)
    },
    scrypt(password, salt, length, options, done?) {
      const { N = 0, r = 0, p = 0 } = options as ScryptOptions
      add('scrypt', N * r * p)
      scrypt(password, salt, length, options as ScryptOptions, done as Parameters<Crypto['scrypt']>[4])
    },
  }
}

/** The work that `run` takes. A processor's time would say the same only of an idle machine. */
export async function hashWork(run: () => Promise<unknown>): Promise<HashWork> {
  work = {}
  const compare = vi.spyOn(Bcrypt.prototype, 'compare')
  await run()
  for (const [, hash] of compare.mock.calls) add('bcrypt', 2 ** Number(hash.split('$')[2]))
  compare.mockRestore()
  return work
}
