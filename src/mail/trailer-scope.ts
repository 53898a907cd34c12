/** Which patches of a series a trailer is for: `for patches 1-3`, `for the series`. */

/** `all`, or places in the series: `1-3,5`. */
export type Scope = string

const ALL = 'all'

/** Characters of a text that may be a scope, and items of a list. */
const MAX_SCOPE = 120
const MAX_ITEMS = 30

const WHOLE =
  /^(?:for |on |to )?(?:all (?:of )?)?(?:the |this )?(?:(?:whole|entire|full|complete) )?(?:series|patch ?series|patch ?set|set)$|^(?:for |on |to )?all(?: (?:of )?(?:the |these )?(?:\d{1,4} )?(?:patches)?)?$/
const PART =
  /^(?:(?:for|on|to) )?(?:the )?(?:(patch(?:es)?|parts?) )?#?(\d{1,4}(?:\/\d{1,4})?(?:[ ,&/#.-]|\d|and|to|through|–|—)*)$/
/** Praise after a scope: `Patches 1-3 look good to me:`. */
const PRAISE =
  /(?: (?:all )?(?:(?:look|looks|are|is|seem|seems) (?:very )?(?:good|fine|ok|okay|great|nice|sane|correct|reasonable))(?: to me)?|,? lgtm)$/

/**
 * The scope that a remark consists of, such as `(for patches 1-3)` or `# patch 2`, or an introduction such as
 * `For the series:`; undefined if it says anything else.
 */
export function readScope(text: string): Scope | undefined {
  if (text.length > MAX_SCOPE) return undefined
  const plain = text
    .toLowerCase()
    .trim()
    .replace(/^[[(#,;:\s-]+/, '')
    .replace(/[\])\s.,;:!]+$/, '')
    .replace(/\s+/g, ' ')
  const bare = plain.replace(PRAISE, '')
  if (WHOLE.test(bare)) return ALL
  const [, word, list = ''] = PART.exec(bare) ?? []
  // A number alone says little.
  if (word === undefined && !/^(?:for|on|to) /.test(bare) && !/^#?\d{1,4}\/\d/.test(bare)) return undefined
  return toPlaces(list)
}

const SEPARATOR = /\s*(?:,|&|\band\b)\s*/
const ITEM = /^#?(\d{1,4})(?:\/\d{1,4})?(?:\s*(?:-|–|—|\.\.|to|through)\s*#?(\d{1,4})(?:\/\d{1,4})?)?$/

function toPlaces(list: string): Scope | undefined {
  const items = list.split(SEPARATOR).filter((item) => item !== '')
  if (items.length === 0 || items.length > MAX_ITEMS) return undefined
  const places: string[] = []
  for (const item of items) {
    const [, first, last] = ITEM.exec(item) ?? []
    if (first === undefined) return undefined
    places.push(last === undefined ? String(Number(first)) : `${Number(first)}-${Number(last)}`)
  }
  return places.join(',')
}
