import { createRequire } from 'node:module'
import { TextDecoder } from 'node:util'
import type * as iconv from 'iconv-lite'
import { EAST_ASIAN } from './charset-east-asian.js'
import { MAINFRAME_CONTROLS, MAINFRAME_PAGES, UPPER_PAGES } from './charset-pages.js'
import { correct } from './charset-sets.js'

/** The charsets that the platform's decoder does not know, by the names that Python and mail programs use. */

const require = createRequire(import.meta.url)

/** Loaded on demand: few mails need it, and the mail pipe starts a process for each mail. */
function library(): typeof iconv {
  return require('iconv-lite') as typeof iconv
}

type Decode = (bytes: Buffer) => string

/** Aliases, without `x-`, with `-` for `_` and ` `; of Windows and AIX also the numbers of their code pages. */
const ALIASES: Readonly<Record<string, string>> = {
  '646': 'us-ascii',
  ansi: 'windows-1252',
  'big5-tw': 'big5',
  'cp-is': 'cp861',
  cp039: 'cp037',
  cp1051: 'hproman8',
  cp154: 'pt154',
  'cyrillic-asian': 'pt154',
  csptcp154: 'pt154',
  ptcp154: 'pt154',
  kz1048: 'rk1048',
  'kz-1048': 'rk1048',
  'strk1048-2002': 'rk1048',
  cp866u: 'cp1125',
  ruscii: 'cp1125',
  cp65000: 'utf-7',
  u7: 'utf-7',
  unicode: 'utf-16',
  u16: 'utf-16',
  utf16: 'utf-16',
  ucs2: 'utf-16',
  'ucs-2': 'utf-16',
  csunicode: 'utf-16',
  'iso-10646-ucs-2': 'utf-16be',
  unicodebigunmarked: 'utf-16be',
  unicodelittleunmarked: 'utf-16le',
  u32: 'utf-32',
  utf32: 'utf-32',
  'iso-10646-ucs-4': 'utf-32',
  cp65001: 'utf-8',
  'utf-8n': 'utf-8',
  'utf-8-mac': 'utf-8',
  'utf8-mac': 'utf-8',
  'unicode-2-0-utf-7': 'utf-7',
  cp1200: 'utf-16le',
  cp1201: 'utf-16be',
  cp12000: 'utf-32le',
  cp12001: 'utf-32be',
  cp20127: 'us-ascii',
  'iso-ir-6us': 'us-ascii',
  cp10000: 'macintosh',
  cp38598: 'iso-8859-8',
  cp20932: 'euc-jp',
  cp51932: 'euc-jp',
  cp33722: 'euc-jp',
  'ibm-eucjp': 'euc-jp',
  cp942: 'cp932',
  cp50220: 'iso-2022',
  cp50221: 'iso-2022',
  cp50222: 'iso-2022',
  cp50225: 'iso-2022',
  cp50227: 'iso-2022',
  cp51949: 'euc-kr',
  cp20949: 'euc-kr',
  cp970: 'euc-kr',
  'ibm-euckr': 'euc-kr',
  cp20936: 'gb2312',
  cp51936: 'gb2312',
  cp1383: 'gb2312',
  'ibm-euccn': 'gb2312',
  cp1386: 'gbk',
  cp52936: 'hz',
  cp54936: 'gb18030',
  'gb18030-2005': 'gb18030',
  'gb18030-2022': 'gb18030',
  cp964: 'euc-tw',
  'ibm-euctw': 'euc-tw',
  csviscii: 'viscii',
  'viscii1.1-1': 'viscii',
  u8: 'utf-8',
  utf: 'utf-8',
  utf8mb4: 'utf-8',
  'utf8-ucs2': 'utf-8',
  'utf8-ucs4': 'utf-8',
  uhc: 'cp949',
  cp1363: 'cp949',
  'big-5': 'big5',
  'big-five': 'big5',
  bigfive: 'big5',
  'cn-big5': 'big5',
  cp950: 'big5',
  'gb18030-2000': 'gb18030',
  gb13000: 'gb18030',
  'windows-31j': 'cp932',
  cswindows31j: 'cp932',
  cp943: 'cp932',
  'mac-korean': 'euc-kr',
  'mac-simp-chinese': 'gb2312',
  'mac-chinesesimp': 'gb2312',
  'mac-trad-chinese': 'big5',
  'mac-chinesetrad': 'big5',
  'mac-japanese': 'shift-jis',
  'sjis-win': 'cp932',
  'sjis-open': 'cp932',
  mscp949: 'cp949',
  mscp1361: 'johab',
  cp813: 'iso-8859-7',
  cp912: 'iso-8859-2',
  cp915: 'iso-8859-5',
  cp916: 'iso-8859-8',
  cp920: 'iso-8859-9',
  cp921: 'iso-8859-13',
  baltic: 'iso-8859-13',
  cp1089: 'iso-8859-6',
  'mac-centraleurope': 'maccenteuro',
  'mac-centraleurroman': 'maccenteuro',
  'mac-icelandic': 'mac-iceland',
  'mac-ce': 'maccenteuro',
  'mac-uk': 'x-mac-cyrillic',
  cp1361: 'johab',
  ms1361: 'johab',
  'ksc5601-1992': 'johab',
  euctw: 'euc-tw',
  cns11643: 'euc-tw',
  jisx0213: 'euc-jisx0213',
  koi8u: 'koi8-u',
  'mac-roman': 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  maccyrillic: 'x-mac-cyrillic',
  'mac-ukrainian': 'x-mac-cyrillic',
  cp10007: 'x-mac-cyrillic',
  'mac-latin2': 'maccenteuro',
  maclatin2: 'maccenteuro',
  maccentraleurope: 'maccenteuro',
  'tis-620-2529-0': 'tis-620',
}

/** Patterns of aliases, and the names that they stand for. */
const FAMILIES: readonly [RegExp, string][] = [
  [/^(?:windows|win|ms|ibm|dos|oem|cp)-?(\d{3,5})$/, 'cp$1'],
  [/^cs(?:windows|ibm)-?(\d{3,4})$/, 'cp$1'],
  [/^(\d{3,4})$/, 'cp$1'],
  [/^ebcdic-cp-(?:us|ca|wt|nl)$/, 'cp037'],
  [/^ebcdic-cp-(?:be|ch)$/, 'cp500'],
  [/^ebcdic-cp-he$/, 'cp424'],
  [/^iso-?(8859-\d{1,2})[-:]\d{4}$/, 'iso-$1'],
  [/^iso-?646-.*$/, 'us-ascii'],
  [
    /^(?:(?:iso-)?latin-?1?|l1|iso-?8859(?:-?1)?|8859(?:-1)?|cp819|ibm819|csisolatin1|iso-ir-100)$/,
    'iso-8859-1',
  ],
  [/^mac-?(greek|iceland|turkish|croatian|romanian|arabic|farsi)$/, 'mac-$1'],
  [/^8859-(\d{1,2})$/, 'iso-8859-$1'],
  [/^iso-latin-?(\d{1,2})$/, 'latin$1'],
  [/^(?:s(?:hift)?-?jis|csshiftjis)$/, 'shift-jis'],
  [/^s(?:hift)?-?jis-?(?:2004|x0213)$/, 'shift-jisx0213'],
  [/^euc-?jis-?(?:2004|x0213)$/, 'euc-jisx0213'],
  [/^(?:euc-?jp|u-?jis|cseucpkdfmtjapanese)$/, 'euc-jp'],
  [/^euc-?jp-?(?:ms|open|win)$/, 'eucjp-ms'],
  [/^(?:euc-?kr|cseuckr|korean|ks-?[cx]-?(?:5601|1001)(?:-?198\d)?|csksc56011987|iso-ir-149)$/, 'euc-kr'],
  [
    /^(?:(?:cs)?gb-?2312(?:-?(?:19)?80)?|csiso58gb231280|iso-ir-58|chinese|euc-?cn|eucgb2312-cn|cn-gb)$/,
    'gb2312',
  ],
  [/^(?:cs)?iso-?2022-?(?:jp|kr|cn)(?:-?(?:\d|2004|ext))?$/, 'iso-2022'],
  [/^hz(?:-?gb(?:-?2312)?)?$/, 'hz'],
]

/** The decoder of a charset that the platform lacks or decodes differently; undefined for others. */
export function ownDecoder(label: string): Decode | undefined {
  const name = canonicalName(label)
  if (Object.hasOwn(EAST_ASIAN, name)) return EAST_ASIAN[name]
  if (Object.hasOwn(UNICODE, name)) return UNICODE[name]
  if (Object.hasOwn(MAINFRAME_PAGES, name)) return mainframeDecoder(MAINFRAME_PAGES[name] as string)
  if (Object.hasOwn(UPPER_PAGES, name)) return upperDecoder(UPPER_PAGES[name] as string)
  if (name === 'iso-8859-1') return (bytes) => bytes.toString('latin1')
  // The platform's Big5 is the Windows variant.
  if (/^(?:big5-?)?hkscs$/.test(name)) return hkscsDecoder()
  return name === 'koi8-u' ? decodeKoi8U : undefined
}

/** A decoder by an alias that the platform knows, or by our library. */
export function rareDecoder(label: string): Decode | undefined {
  const name = canonicalName(label)
  return platformDecoder(name) ?? libraryDecoder(name) ?? (name === label ? undefined : libraryDecoder(label))
}

/** Charsets whose byte-order mark selects the decoding and is not part of the text. */
const UNICODE: Readonly<Record<string, Decode>> = {
  'utf-8-sig': (bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes),
  'utf-16': decodeUtf16,
  'utf-32': (bytes) => whole(library().decode(bytes, 'utf-32')),
}

function canonicalName(label: string): string {
  const plain = label
    .replace(/[_ ]/g, '-')
    .replace(/^(?:x-)+/, '')
    .replace(/^cp-(?=\d)/, 'cp')
  for (const [pattern, name] of FAMILIES)
    if (pattern.test(plain)) return aliased(plain.replace(pattern, name))
  return aliased(plain)
}

function aliased(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] as string) : name
}

function platformDecoder(name: string): Decode | undefined {
  try {
    const made = new TextDecoder(name, { fatal: true, ignoreBOM: true })
    return (bytes) => made.decode(bytes)
  } catch {
    return undefined
  }
}

/** Throws for invalid bytes, like the platform's decoder. */
function libraryDecoder(name: string): Decode | undefined {
  if (!/^[a-z0-9][\w.:+-]{1,40}$/.test(name) || !library().encodingExists(name)) return undefined
  return (bytes) => whole(library().decode(bytes, name, { stripBOM: false }))
}

/** The library has the Windows characters of Big5 in some places. */
const HKSCS = ['￠￡￥‧¯～⊙⊕∕﹨﹑', '¢£¥•‾∼☉♁／＼､'] as const

function hkscsDecoder(): Decode | undefined {
  const decode = libraryDecoder('big5hkscs')
  return decode && ((bytes) => correct(decode(bytes), HKSCS))
}

function whole(text: string): string {
  if (text.includes('\ufffd')) throw new TypeError('These bytes are no text of that charset.')
  return text
}

/** The byte-order mark decides and is removed; without one the text is big-endian (RFC 2781, 4.3). */
function decodeUtf16(bytes: Buffer): string {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes)
}

/** Browsers decode two Belarusian letters that RFC 2319 does not have. */
function decodeKoi8U(bytes: Buffer): string {
  const text = new TextDecoder('koi8-u', { fatal: true }).decode(bytes)
  return text.replace(/[ўЎ]/g, (letter) => (letter === 'ў' ? '╝' : '╬'))
}

function upperDecoder(page: string): Decode {
  return (bytes) => {
    let text = ''
    for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : page[byte - 0x80]
    return whole(text)
  }
}

/** Mainframe lines end in NEL, which becomes a line feed. */
function mainframeDecoder(page: string): Decode {
  const table = MAINFRAME_CONTROLS + page
  return (bytes) => {
    let text = ''
    for (const byte of bytes) text += table[byte]
    return whole(text.replaceAll('\x85', '\n'))
  }
}
