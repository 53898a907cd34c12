import { describe, expect, it } from 'vitest'
import { contentType, fileNameOf } from '../../src/mail/content-type.js'

describe('contentType', () => {
  it.each([
    ['text/plain; charset=utf-8', { type: 'text/plain', charset: 'utf-8', flow: 'fixed' }],
    ['Text/Plain; CHARSET="utf-8"; Format=Flowed', { type: 'text/plain', charset: 'utf-8', flow: 'flowed' }],
    ['text/plain; format=flowed; delsp=yes', { flow: 'delsp' }],
    ["text/plain; charset*=us-ascii'en'utf-8", { charset: 'utf-8' }],
    ['text/x-patch; name*0="0001-"; name*1="lamp.patch"', { name: '0001-lamp.patch' }],
    ['text/x-patch; name*1="b.patch"; name*0="a"', { name: 'ab.patch' }],
    ["text/x-patch; name*0*=utf-8''%C3%B6l; name*1=.patch", { name: 'öl.patch' }],
    ["text/x-patch; name*=iso-8859-1''%f6l.patch; name=plain.patch", { name: 'öl.patch' }],
    ['text/x-patch; name="=?utf-8?q?=C3=B6l?=.patch"', { name: 'öl.patch' }],
    ['multipart/mixed; boundary*0="a b"; boundary*1="c"', { boundary: 'a bc' }],
    [String.raw`text/x-patch; name="a\"; b\\c.patch"`, { name: String.raw`a"; b\c.patch` }],
    ['text/plain; charset=us-ascii (Plain text)', { charset: 'us-ascii' }],
    ['text/plain; charset="koi8-r" (Russian)', { charset: 'koi8-r' }],
    ['text/plain, charset=koi8-r', { type: 'text/plain', charset: 'koi8-r' }],
    ['"text/plain"; format=fixed charset=\'koi8-r\'', { type: 'text/plain', charset: 'koi8-r' }],
    ['text/plain; charset=<koi8-r>, x; format=flowed (x)', { charset: 'koi8-r', flow: 'flowed' }],
    ['multipart/mixed boundary=abc', { type: 'multipart/mixed', boundary: 'abc' }],
    ['multipart/mixed; boundary="a b" (c)', { boundary: 'a b' }],
    ['nonsense; charset', { type: 'text/plain', charset: undefined }],
  ])('reads %s', (value, expected) => {
    expect(contentType(value)).toMatchObject(expected)
  })
})

describe('fileNameOf', () => {
  it('reads the name of a file', () => {
    expect(fileNameOf('attachment; filename="lamp.patch"')).toBe('lamp.patch')
    expect(fileNameOf("attachment; filename*0*=utf-8''a%20; filename*1*=b.diff")).toBe('a b.diff')
    expect(fileNameOf('inline')).toBeUndefined()
  })
})
