import { expect, it } from 'vitest'
import { type Caller, PasswordQueue, TRUSTED } from '../../src/auth/password-queue.js'
import { Busy } from '../../src/util/errors.js'

const stranger = (network: string, attempts = 1): Caller => ({ network, isKnown: false, attempts })
const known = (network: string, attempts = 1): Caller => ({ network, isKnown: true, attempts })

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

/** A queue whose work ends by a call of the test; `order` is the order in which it began. */
function makeQueue(options: ConstructorParameters<typeof PasswordQueue>[0] = {}) {
  const queue = new PasswordQueue(options)
  const order: string[] = []
  const ends: (() => void)[] = []
  const outcomes: Promise<unknown>[] = []
  const enter = (name: string, caller: Caller) => {
    const outcome = queue.run(caller, async () => {
      order.push(name)
      await new Promise<void>((resolve) => ends.push(resolve))
    })
    outcomes.push(outcome.catch((error: unknown) => error))
  }
  const finish = async () => {
    await turn()
    while (ends.length > 0) {
      ends.shift()?.()
      await turn()
    }
    return await Promise.all(outcomes)
  }
  return { queue, order, enter, finish }
}

it('keeps a place for those who have logged in before', async () => {
  const { order, enter, finish } = makeQueue()
  for (let count = 0; count < 80; count++) enter(`stranger ${count}`, stranger(`network ${count}`))
  await turn()
  expect(order).toEqual(['stranger 0'])
  enter('owner', known('home'))
  await turn()
  expect(order).toEqual(['stranger 0', 'owner'])
  const outcomes = await finish()
  expect(outcomes.filter((outcome) => outcome instanceof Busy)).toHaveLength(80 - 1 - 32)
})

it('lets the network with the fewest attempts go first among strangers', async () => {
  const { order, enter, finish } = makeQueue()
  for (let count = 1; count <= 6; count++) enter(`guess ${count}`, stranger('attacker', count + 10))
  enter('first visit', stranger('somewhere'))
  enter('second', stranger('elsewhere', 2))
  await finish()
  expect(order).toEqual([
    'guess 1',
    'first visit',
    'second',
    'guess 2',
    'guess 3',
    'guess 4',
    'guess 5',
    'guess 6',
  ])
})

it('refuses a network that waits with too many, and the last of all where too many wait', async () => {
  const { order, enter, finish } = makeQueue({ waiting: 4, waitingOfNetwork: 2 })
  enter('running', stranger('a'))
  for (const name of ['a1', 'a2', 'a3']) enter(name, stranger('a', 50))
  for (const name of ['b1', 'b2']) enter(name, stranger('b', 9))
  enter('late', stranger('c', 99))
  enter('new', stranger('d'))
  const outcomes = await finish()
  expect(order).toEqual(['running', 'new', 'b1', 'b2', 'a1'])
  expect(outcomes.map((outcome) => outcome instanceof Busy)).toEqual([
    false,
    false,
    true,
    true,
    false,
    false,
    true,
    false,
  ])
})

it('lets nobody wait for longer than a while', async () => {
  const { queue, enter, finish } = makeQueue({ timeout: 1 })
  enter('running', stranger('a'))
  await expect(queue.run(stranger('b'), async () => {})).rejects.toBeInstanceOf(Busy)
  await finish()
  expect(await queue.run(stranger('b'), async () => 'done')).toBe('done')
})

it('goes on after work that failed', async () => {
  const { queue } = makeQueue()
  for (let count = 0; count < 3; count++)
    await expect(queue.run(TRUSTED, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await queue.run(stranger('a'), async () => 'done')).toBe('done')
})
