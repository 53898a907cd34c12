import { expect, test } from 'vitest'
import { groupMails } from '../../../src/web/downloads/mbox.js'

const MEBIBYTE = 1024 * 1024

const mailsOf = (count: number, bytes: number) =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, bytes }))

const lengthsOf = (...mails: Parameters<typeof groupMails>) =>
  groupMails(...mails).map(({ ids }) => ids.length)

test('mails that fit into one group are read together', () => {
  expect(lengthsOf([])).toEqual([])
  expect(lengthsOf(mailsOf(1, 20 * MEBIBYTE))).toEqual([1])
  expect(lengthsOf(mailsOf(100, 1000))).toEqual([100])
})

test('of more mails the first few are sent before the others are read', () => {
  expect(lengthsOf(mailsOf(101, 1000))).toEqual([10, 91])
  expect(lengthsOf(mailsOf(250, 1000))).toEqual([10, 100, 100, 40])
  expect(lengthsOf(mailsOf(9, MEBIBYTE))).toEqual([1, 4, 4])
  expect(lengthsOf(mailsOf(2, 20 * MEBIBYTE))).toEqual([1, 1])
})

test('groups have all mails, once and in their order', () => {
  const mails = Array.from({ length: 1000 }, (_, index) => ({
    id: index * 7,
    bytes: (index * 7919) % MEBIBYTE,
  }))
  expect(groupMails(mails).flatMap(({ ids }) => ids)).toEqual(mails.map(({ id }) => id))
})
