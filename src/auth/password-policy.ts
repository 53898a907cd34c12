/** Minimum length of a password. */

const SHORTEST = 10

/** Hashing time grows with the length of the password; nobody types a longer one. */
const MAX_LENGTH = 1000

/** What passwords that everybody has are made of, whatever digits and marks are put around. */
const COMMON = new Set(
  `password passwort motdepasse contrasena senha passphrase passw secret geheim letmein letmeinnow welcome willkommen
  admin administrator root superuser master changeme changemenow changeit default guest test testing tester demo
  login access enter hello qwerty qwertyuiop qwertz qwertzuiop azerty azertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm
  qazwsx qazwsxedc iloveyou ilovegod monkey dragon football baseball basketball sunshine princess shadow superman
  batman spiderman starwars trustno michael jordan jennifer charlie jessica liverpool chelsea arsenal barcelona
  whatever freedom computer internet samsung google facebook linkedin iphone android windows linux ubuntu debian
  patchwork patch patches kernel linus torvalds developer maintainer submitter correcthorsebatterystaple`.split(
    /\s+/,
  ),
)

/** Letters that others are written for. */
const LEET: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
]

/**
 * Says in one sentence why a password will not do; undefined for one that will. `known` are words that everybody
 * connects with its owner: user name, names, mail address.
 */
export function passwordProblem(password: string, known: readonly string[]): string | undefined {
  const { length } = password
  if (length < SHORTEST) return `A password needs at least ${SHORTEST} characters.`
  if (length > MAX_LENGTH) return `A password has at most ${MAX_LENGTH} characters.`
  const plain = password.toLowerCase()
  if (new Set(plain).size < 5 || isSequence(plain)) return 'This password is too easy to guess.'
  if (isCommon(plain)) return 'This is one of the passwords that everybody tries first.'
  if (isMadeOf(plain, known)) return 'This password is too much like your name or your address.'
  return undefined
}

/**
 * Whether the password is one common word: digits and punctuation around it, or as substitutes for letters, are
 * ignored.
 */
function isCommon(plain: string): boolean {
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
  const meant = core.replace(/[013457@$!]/g, (character) => LEET[character] ?? character)
  return [plain, core, meant].some((text) => {
    const word = text.replace(/[^\p{L}]/gu, '')
    return COMMON.has(word) || COMMON.has(halfOf(word))
  })
}

/** The word that stands twice in a text; the text itself if none does. */
function halfOf(text: string): string {
  const half = text.slice(0, text.length / 2)
  return text === half + half ? half : text
}

/** A row of the alphabet or the keyboard, forwards or backwards, however often. */
function isSequence(plain: string): boolean {
  return ROWS.some((row) =>
    [row, row.split('').toReversed().join('')].some((each) =>
      each.repeat(Math.ceil(plain.length / each.length) + 1).includes(plain),
    ),
  )
}

/** Whether the rest, without the known words, digits and punctuation, is too short to be a secret. */
function isMadeOf(plain: string, known: readonly string[]): boolean {
  const words = known
    .flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 3)
    .toSorted((a, b) => b.length - a.length)
  const rest = words.reduce((text, word) => text.replaceAll(word, ''), plain)
  return rest !== plain && rest.replace(/[^\p{L}]/gu, '').length < 5
}
