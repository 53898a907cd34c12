/** The title of a column of buttons, for screen readers only. */
export function ActionTitle() {
  return (
    <th>
      <span class="hidden">Action</span>
    </th>
  )
}
