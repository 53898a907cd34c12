import { describe, expect, it } from 'vitest'
import { passwordProblem } from '../../src/auth/password-policy.js'

const KNOWN = ['mira', 'Mira', 'Keeper', 'mira@lanterna.example.org']

describe('a password', () => {
  it.each([
    'lamp oil and matches',
    'wrong horse, flat battery',
    'tY7-kk2-pq9x',
    'пароль для маяка',
    'the mira ceti variable star',
  ])('may be "%s"', (password) => expect(passwordProblem(password, KNOWN)).toBeUndefined())

  it.each([
    ['short', 'at least 10'],
    ['x'.repeat(1001), 'at most 1000'],
    ['aaaaaaaaaaaa', 'too easy'],
    ['1212121212', 'too easy'],
    ['9876543210', 'too easy'],
    ['abcdefghijkl', 'too easy'],
    ['Password123!', 'everybody'],
    ['P4ssw0rd2024', 'everybody'],
    ['passwordpassword', 'everybody'],
    ['!!letmein2026', 'everybody'],
    ['qwertyuiop', 'too easy'],
    ['correct horse battery staple', 'everybody'],
    ['mirakeeper1', 'your name'],
    ['Keeper-2026-mira', 'your name'],
    ['lanterna.example', 'your name'],
  ])('may not be "%s"', (password, complaint) =>
    expect(passwordProblem(password, KNOWN)).toContain(complaint),
  )
})
