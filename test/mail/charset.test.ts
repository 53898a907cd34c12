import { describe, expect, it } from 'vitest'
import { decodeText, decodeUtf16 } from '../../src/mail/charset.js'

describe('decodeText', () => {
  it.each<[string, number[], string | undefined, string]>([
    ['latin-1, whose 0x80 to 0x9f are controls', [0x93, 0xe9], 'ISO-8859-1', '\u0093é'],
    ['windows-1252', [0x93, 0xe9], 'windows-1252', '“é'],
    ['iso-8859-2', [0xb1], 'iso-8859-2', 'ą'],
    ['koi8-r', [0xd0], ' KOI8-R ', 'п'],
    ['gb18030', [0xc4, 0xe3], 'gb18030', '你'],
    ['utf-16', [0x41, 0x00], 'utf-16le', 'A'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42], 'iso-2022-jp', 'あ'],
    ['what is not ASCII after all', [0xc3, 0xa9], 'us-ascii', 'é'],
    ['what does not fit, as UTF-8', [0xc3, 0xa9], 'utf-16be\0', 'é'],
    ['half a character, as windows-1252', [0x41, 0xc3], 'utf-8', 'AÃ'],
    ['what windows-1252 leaves open', [0x81, 0xff], undefined, '\u0081ÿ'],
    ['no charset at all', [0xe2, 0x82, 0xac], undefined, '€'],
    ['a charset that nobody knows', [0xe9], 'x-klingon', 'é'],
    ['an empty name', [0xe9], '', 'é'],
    ['a name from the prototype', [0xe9], 'constructor', 'é'],
  ])('reads %s', (_, codes, charset, expected) => {
    expect(decodeText(Buffer.from(codes), charset)).toBe(expected)
  })

  it('keeps a byte-order mark', () => {
    expect(decodeText(Buffer.from('\ufeffä'), 'utf-8')).toBe('\ufeffä')
    expect(decodeText(Buffer.from('\ufeffä'), undefined)).toBe('\ufeffä')
  })

  it('makes NUL what a database takes', () => {
    expect(decodeText(Buffer.from('a\0b'), undefined)).toBe('a\ufffdb')
    expect(decodeText(Buffer.from('a\0ä'), 'latin1')).toBe('a\ufffdÃ¤')
  })

  it('knows its charsets still after many made-up names', () => {
    for (let count = 0; count < 500; count++) decodeText(Buffer.from([0xe9]), `x-made-up-${count}`)
    expect(decodeText(Buffer.from([0xe1]), 'iso-8859-13')).toBe('į')
  })

  it('is not disturbed by a text that ended within a character', () => {
    decodeText(Buffer.from([0xc4, 0xe3, 0x81]), 'gb18030')
    expect(decodeText(Buffer.from([0xc4, 0xe3]), 'gb18030')).toBe('你')
  })
})

const bytes = (hex: string) => Buffer.from(hex, 'hex')

describe('charsets that the platform does not know', () => {
  it.each<[string, string, string]>([
    ['cp936', 'b5c6', '灯'],
    ['ms936', 'b5c6', '灯'],
    ['cp949', 'b5ee', '등'],
    ['ms949', 'b5ee', '등'],
    ['x-windows-949', 'b5ee', '등'],
    ['uhc', 'b5ee', '등'],
    ['cp950', 'bf4f', '燈'],
    ['cp932', '938c', '東'],
    ['cp437', '94e1', 'öß'],
    ['IBM850', '94e1', 'öß'],
    ['dos-850', '94e1', 'öß'],
    ['850', '94e1', 'öß'],
    ['latin-9', 'a4bc', '€Œ'],
    ['x-iso-8859-15', 'a4', '€'],
    ['iso_8859-2:1987', 'b1', 'ą'],
    ['x-mac-roman', '8a', 'ä'],
    ['mac_latin2', '8a', 'ä'],
    ['hz-gb-2312', '7e7b35467e7d7e7e61', '灯~a'],
    ['HZ', '7e7b35467e7d0a61', '灯\na'],
    ['iso-2022-kr', '1b2429430e356e0f61', '등a'],
    ['iso2022_jp_2', '1b244224221b2842', 'あ'],
    ['utf-7', '2b4150592d61', 'öa'],
    ['unicode-1-1-utf-7', '2b4150592d61', 'öa'],
    ['utf-16', 'feff00f60061', 'öa'],
    ['utf-16', 'fffef6006100', 'öa'],
    ['utf_16_le', 'f6006100', 'öa'],
    ['utf-32le', 'f600000061000000', 'öa'],
    ['cp037', 'c1c24040f1', 'AB  1'],
    ['hp-roman8', 'ce', 'ö'],
    ['tis_620', 'a1', 'ก'],
    ['big5hkscs', 'bf4f', '燈'],
    ['shift_jis_2004', '938c', '東'],
    ['x-utf-8', 'c3b6', 'ö'],
    ['ptcp154', 'e0', 'а'],
    ['kz1048', 'e0', 'а'],
    ['johab', '99b1a4778862d06120f7d320d968', '똠방각하 漢 ※'],
    ['x-johab', '88638461', '갂ㅏ'],
    ['euc_kr', 'a4d4a4a8a4c7a4b1b0a2', '똠각'],
    ['ks_c_5601-1987', 'b5eea2e6', '등€'],
    ['iso-2022-jp-1', '1b24284430211b2442456c1b2842', '丂東'],
    ['iso-2022-jp-2', '1b244245741b242843356e1b2428442b311b24422641456c1b2842', '灯등éα東'],
    ['iso-2022-jp-3', '1b24284f24772d211b2842', 'か゚①'],
    ['iso-2022-jp-2004', '1b24285021211b2442456c1b2842', '𠂉東'],
    ['iso2022_jp_ext', '1b2849311b24284430211b2842', 'ｱ丂'],
    ['euc-jisx0213', 'a4f7ada18eb18fa1a1', 'か゚①ｱ𠂉'],
    ['EUC-JIS-2004', 'aea18fa1a2', '俱丂'],
    ['shift_jis_2004', '82f58740b1f040fc6b', 'か゚①ｱ𠂉𩸽'],
    ['shift_jisx0213', '8740938c', '①東'],
    ['iso-2022-cn', '1b2429410e35460f0a1b2429470e71390f', '灯\n燈'],
    ['ISO-2022-CN-EXT', '1b2429470e71397d4b0f', '燈籲'],
    ['euc-tw', 'f1b98ea2a1a1a5c7', '燈乂ㄅ'],
    ['big5-hkscs', '9bd0bf4f', '𠝹燈'],
    ['gb2312', 'b5c6a1aaa1a4', '灯―・'],
    ['gb2312', 'e946a1aa', '镕—'],
    ['x-euc-cn', 'b5c6', '灯'],
    ['hz', '7e7b212a35467e7d', '―灯'],
    ['iso-2022-jp', '1b24422141456c1b2842', '〜東'],
    ['euc-jp', 'a1dda1c1', '−〜'],
    ['x-euc-jp', 'a1dd', '−'],
    ['shift_jis', '8160938c', '〜東'],
    ['windows-31j', '8160938c', '～東'],
    ['cp932', '81608740', '～①'],
    ['koi8-u', 'a7adbe', 'їґ╬'],
    ['koi8-t', 'a1d08a', 'ӯпҳ'],
    ['mac_arabic', 'd3e4c7e5', 'سلام'],
    ['x-mac-farsi', 'b4b2', '۴۲'],
    ['macgreek', 'bfdb9c', 'Ωέ€'],
    ['x-mac-cyrillic', 'a2ff', 'Ґ€'],
    ['mac_romanian', 'bfdf', 'șț'],
    ['x-mac-roman', 'bddb', 'Ω€'],
    ['x-mac-turkish', 'db85', 'ğÖ'],
    ['mac_croatian', 'e8db', 'č€'],
    ['mac-iceland', 'dfdb', 'þ€'],
    ['cp1006', 'a5', '۴'],
    ['cp273', '43d36aa2a49587dc', '{Lösung}'],
    ['cp273', 'c69696', 'Foo'],
    ['cp875', '414081', 'Α a'],
    ['8859_2', 'b1', 'ą'],
    ['cp912', 'b1', 'ą'],
    ['utf-8-sig', 'efbbbfc3b6', 'ö'],
    ['utf-32', 'fffe0000f6000000', 'ö'],
    ['big5-hkscs', 'a246a145a241', '¢•／'],
    ['x_mac_japanese', '938c', '東'],
    ['x_mac_simp_chinese', 'b5c6a1aa', '灯―'],
    ['x-mac-chinesetrad', 'bf4f', '燈'],
    ['X-MAC-CENTRALEURROMAN', '8a', 'ä'],
    ['palmos', '8d8e8f90', '♦♣♥♠'],
    ['IBM039', 'c1c2', 'AB'],
    ['x-cp20949', 'b5ee', '등'],
    ['cp50220', '1b2442456c1b2842', '東'],
    ['cp50225', '1b2429430e356e0f', '등'],
    ['cp51932', 'c5ec', '東'],
    ['cp52936', '7e7b35467e7d', '灯'],
    ['x-cp20936', 'b5c6', '灯'],
    ['cp1200', 'f6006100', 'öa'],
    ['gb18030-2022', 'b5c6', '灯'],
    ['iso-latin-2', 'b1', 'ą'],
    ['csviscii', '80', 'Ạ'],
  ])('reads %s', (charset, hex, expected) => {
    expect(decodeText(bytes(hex), charset)).toBe(expected)
  })

  it('takes what does not fit for something else', () => {
    expect(decodeText(bytes('c3b6'), 'hz')).toBe('ö')
    expect(decodeText(bytes('c3b6ff'), 'cp949')).toBe('Ã¶ÿ')
    expect(decodeText(bytes('88c3b6'), 'johab')).toBe('ˆÃ¶')
    expect(decodeText(bytes('c3b6'), 'iso-2022-cn')).toBe('ö')
    expect(decodeText(bytes('1b245a'), 'iso-2022-jp')).toBe('\x1b$Z')
  })
})

describe('decodeUtf16', () => {
  it.each<[string, Buffer, string | undefined]>([
    ['a mark', Buffer.from('\ufeffa\r\nb\n', 'utf16le'), 'a\nb\n'],
    ['the other mark', Buffer.from('\ufeffab', 'utf16le').swap16(), 'ab'],
    ['NULs in every second place', Buffer.from('diff --git ä', 'utf16le'), 'diff --git ä'],
    ['NULs before each', Buffer.from('diff --git ä', 'utf16le').swap16(), 'diff --git ä'],
    ['half a character', Buffer.concat([Buffer.from('\ufeffab', 'utf16le'), Buffer.from('c')]), 'ab'],
  ])('knows it by %s', (_, text, expected) => {
    expect(decodeUtf16(text)).toBe(expected)
  })

  it.each(['words in ASCII', 'Wörter', 'a\0b and more of it', ''])('leaves %j alone', (text) => {
    expect(decodeUtf16(Buffer.from(text))).toBeUndefined()
  })
})
