/** Values that fit a JSON Schema, and values that do not, for tests that send both. */

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly pattern?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type Random = ReturnType<typeof seededRandom>

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T
}

/** Texts, at least one of which matches every pattern in the document. */
const TEXTS = [
  '#1',
  'new',
  'build-1',
  'lamp — 💡 ž',
  'https://ci.example.org/1?a=b',
  'https://lists.example.org/{}/',
  'a1b2c3d4',
  '2026-10-05',
  '2026-10-05T12:00:00+02:00',
  'x',
  '5f0c1d9e-6a43-4c55-9d7a-0c6d1f6d1f52:5',
]

/** A value that fits. Throws where no text that it knows fits a pattern. */
export function fitting(schema: Schema, random: Random): unknown {
  if (schema.anyOf) return fitting(pick(random, schema.anyOf), random)
  if (schema.enum) return pick(random, schema.enum)
  if ('const' in schema) return schema.const
  switch (schema.type) {
    case 'null':
      return null
    case 'boolean':
      return random() < 0.5
    case 'integer':
      return Math.min(schema.maximum ?? 5, (schema.minimum ?? 0) + Math.floor(random() * 5))
    case 'array':
      return Array.from({ length: (schema.minItems ?? 0) + Math.floor(random() * 3) }, () =>
        fitting(schema.items ?? {}, random),
      )
    case 'object':
      return fittingObject(schema, random)
    default:
      return fittingText(schema, random)
  }
}

function fittingObject({ properties = {}, required = [] }: Schema, random: Random): object {
  const shown = Object.entries(properties).filter(([name]) => required.includes(name) || random() < 0.5)
  return Object.fromEntries(shown.map(([name, inner]) => [name, fitting(inner, random)]))
}

/** What texts of a format look like, where no pattern says it. */
const FORMATS: Readonly<Record<string, string>> = {
  'date-time': '^\\d{4}-\\d\\d-\\d\\dT',
  date: '^\\d{4}-\\d\\d-\\d\\d$',
}

function fittingText(schema: Schema, random: Random): string {
  const { maxLength = 100, format = '', pattern = FORMATS[format] } = schema
  const texts = TEXTS.filter((text) => pattern === undefined || new RegExp(pattern, 'u').test(text))
  if (texts.length === 0) throw new Error(`No text is known that fits ${pattern}.`)
  return pick(random, texts).slice(0, maxLength)
}

const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2_147_483_648,
  1e300,
  '',
  ' ',
  '\0',
  '\ud800',
  '__proto__',
  'javascript:alert(1)',
  '2026-13-45T25:61:61',
  "'%_\\",
  'x'.repeat(3000),
  [],
  [[]],
  [null, {}, '1', -1, 1e300],
  Array.from({ length: 300 }, (_, index) => index),
  {},
  { constructor: { prototype: 1 } },
]

/** What people and programs send by mistake or on purpose, whatever the schema says. */
export function hostile(random: Random): unknown {
  return pick(random, HOSTILE)
}

/** Values that break one rule of a schema each, with the rule; those of other types are not among them. */
export function violations(schema: Schema): [rule: string, value: unknown][] {
  const forms = schema.anyOf ?? [schema]
  const isNullable = forms.some(({ type }) => type === 'null')
  const form = forms.find(({ type }) => type !== 'null') ?? {}
  const several = forms.length > (isNullable ? 2 : 1)
  const long = 'x'.repeat((form.maxLength ?? 0) + 1)
  const rules: [string, boolean, unknown][] = [
    ['type', !isNullable, null],
    ['pattern', form.pattern !== undefined, '\u0001 \u0001'],
    ['minLength', form.minLength !== undefined, ''],
    [
      'maxLength',
      form.maxLength !== undefined,
      form.pattern?.startsWith('^(?:http') ? `https://x.org/${long}` : long,
    ],
    ['minItems', (form.minItems ?? 0) > 0, []],
    ['maxItems', form.maxItems !== undefined, Array.from({ length: (form.maxItems ?? 0) + 1 }, () => 1)],
    ['minimum', form.minimum !== undefined, (form.minimum ?? 0) - 1],
    ['maximum', form.maximum !== undefined, (form.maximum ?? 0) + 1],
    ['enum', form.enum !== undefined, 'no such word'],
    ['items', form.items !== undefined, ['no such thing']],
    ['items', form.items?.minimum !== undefined, [(form.items?.minimum ?? 0) - 1]],
  ]
  return rules
    .filter(([rule, isRule]) => isRule && !(several && (rule === 'minimum' || rule === 'maximum')))
    .map(([rule, , value]) => [rule, value])
}
