/** Puts a bundle in order without a reload for each step: by drag, by the buttons, and by Alt with the arrow keys. */

const order = document.querySelector<HTMLDetailsElement>('#order')
const list = order?.querySelector('ol')

if (order && list) setUp(order, list)

function setUp(within: HTMLElement, items: HTMLOListElement): void {
  for (const hint of within.querySelectorAll<HTMLElement>('[data-scripted]')) hint.hidden = false
  let dragged: HTMLLIElement | undefined
  for (const item of items.querySelectorAll('li')) {
    item.draggable = true
    item.addEventListener('dragstart', () => {
      dragged = item
      item.classList.add('dragged')
    })
    item.addEventListener('dragend', () => {
      item.classList.remove('dragged')
      dragged = undefined
      renumber(items)
    })
    item.addEventListener('dragover', (event) => {
      if (!dragged || dragged === item) return
      event.preventDefault()
      const { top, height } = item.getBoundingClientRect()
      item[event.clientY < top + height / 2 ? 'before' : 'after'](dragged)
    })
  }
  // Where the item is dropped it lies already.
  items.addEventListener('dragover', (event) => event.preventDefault())
  items.addEventListener('drop', (event) => event.preventDefault())
  items.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button') : null
    if (!button || (button.name !== 'up' && button.name !== 'down')) return
    event.preventDefault()
    move(within, items, button, button.name)
  })
  items.addEventListener('keydown', (event) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    if (event.target instanceof HTMLElement)
      move(within, items, event.target, event.key === 'ArrowUp' ? 'up' : 'down')
  })
}

/** Moves an item by one step; the focus stays on its button, and screen readers announce the new place. */
function move(
  within: HTMLElement,
  items: HTMLOListElement,
  focus: HTMLElement,
  direction: 'up' | 'down',
): void {
  const item = focus.closest('li')
  const other = direction === 'up' ? item?.previousElementSibling : item?.nextElementSibling
  if (!item || !other) return
  if (direction === 'up') other.before(item)
  else other.after(item)
  renumber(items)
  const target = focus instanceof HTMLButtonElement && focus.disabled ? item.querySelector('input') : focus
  target?.focus()
  const told = within.querySelector('[data-told]')
  const place = [...items.children].indexOf(item) + 1
  if (told) told.textContent = `${item.querySelector('.name')?.textContent ?? ''}: place ${place}`
}

function renumber(items: HTMLOListElement): void {
  const start = Number(items.dataset.start ?? 0)
  for (const [index, item] of [...items.children].entries()) {
    const field = item.querySelector('input')
    if (field) field.value = String(start + index + 1)
    for (const button of item.querySelectorAll('button'))
      button.disabled = button.name === 'up' ? index === 0 : index === items.children.length - 1
  }
}
