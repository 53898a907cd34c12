import type { ComponentChildren } from 'preact'

/** A table of names and values; its rows are `Fact`s. */
export function Facts({ children }: { children: ComponentChildren }) {
  return (
    <table class="meta">
      <tbody>{children}</tbody>
    </table>
  )
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  )
}
