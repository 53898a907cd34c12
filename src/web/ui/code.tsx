import type { VNode } from 'preact'

/** Invisible characters: controls, and direction marks that can disguise code. */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/

const CONTROL_PICTURES = 0x2400

/** A piece of code, with whatever is invisible in it made visible. */
export function Code({ text }: { text: string }): VNode {
  if (!INVISIBLE.test(text)) return <>{text}</>
  const parts = text.split(new RegExp(`(${INVISIBLE.source})`))
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <Mark char={part} />))}</>
}

function Mark({ char }: { char: string }) {
  const code = char.charCodeAt(0)
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return (
    <span class="mark" title={name}>
      {code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : name}
    </span>
  )
}
