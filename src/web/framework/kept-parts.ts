import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import type { RequestContext } from './request-context.js'

/** Gives a part of a page, by its number: as it is known, or as `render` makes it. */
export type KeptParts = (number: number, render: () => VNode) => VNode

/**
 * The parts of a page that are the same for every viewer of a list, such as its filter form: like its rows, they are
 * kept until the database changes. `key` names all that they depend on besides the database.
 */
export function keptParts({ cached, slots }: RequestContext, key: string): KeptParts {
  const { known, keep } = cached<Buffer>(`parts\n${key}`, ({ length }) => length)
  return (number, render) => {
    let part = known.get(number)
    if (!part) {
      part = Buffer.from(renderToString(render()))
      keep([[number, part]])
    }
    return slots.add([part])
  }
}
