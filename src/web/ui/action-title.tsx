/** The title of a column of buttons: those who see it need none. */
export function ActionTitle() {
  return (
    <th>
      <span class="hidden">Action</span>
    </th>
  )
}
