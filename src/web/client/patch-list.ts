import { copyText } from './clipboard.js'

/**
 * Comfort in lists with boxes: all at once, ranges with the shift key, how many are chosen, numbers to copy. The box of
 * a series stands for all its patches.
 */

const table = document.querySelector<HTMLTableElement>('table.patches, table.groups')
const boxes = [
  ...document.querySelectorAll<HTMLInputElement>(
    'table.list input[name=patch], table.list input[name=series]',
  ),
]

if (table && boxes.length > 0) addBoxes(table)

table?.addEventListener('click', (event) => {
  const number = event.target instanceof Element ? event.target.closest('span[data-copy]') : null
  if (number?.textContent) void copy(number, number.textContent)
})

function addBoxes(list: HTMLTableElement): void {
  const all = makeAll(list)
  let last: HTMLInputElement | undefined
  list.addEventListener('click', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || box === all) return
    if (event.shiftKey && last) chooseRange(last, box)
    else follow(box)
    last = box
    tell(all)
  })
  all?.addEventListener('change', () => {
    for (const box of boxes) choose(box, all.checked)
    tell(all)
  })
  // A browser that comes back to the page restores the boxes, after its scripts have run.
  addEventListener('pageshow', () => tell(all))
}

/** The box above the others; without a script there is no use for it. */
function makeAll(list: HTMLTableElement): HTMLInputElement | undefined {
  const head = list.tHead?.rows[0]?.cells[0]
  if (!head) return undefined
  const all = document.createElement('input')
  all.type = 'checkbox'
  all.setAttribute('aria-label', 'Choose all')
  head.replaceChildren(all)
  return all
}

function isSeries(box: HTMLInputElement): boolean {
  return box.name === 'series'
}

/** The boxes of the series that a box is of, itself included. */
function groupOf(box: HTMLInputElement): HTMLInputElement[] {
  const body = box.closest('tbody.group')
  return body ? [...body.querySelectorAll<HTMLInputElement>('input[type=checkbox]')] : [box]
}

function choose(box: HTMLInputElement, isChosen: boolean): void {
  box.checked = isChosen
  box.indeterminate = false
}

/** After a click: a series takes its patches along, and is chosen itself only by its own box. */
function follow(box: HTMLInputElement): void {
  const group = groupOf(box)
  if (isSeries(box)) {
    for (const each of group) choose(each, box.checked)
    return
  }
  const [series] = group
  if (!series || !isSeries(series)) return
  if (!box.checked) series.checked = false
  series.indeterminate = !series.checked && group.some((each) => each.checked)
}

/** Those in between, as far as they are to be seen. */
function chooseRange(from: HTMLInputElement, to: HTMLInputElement): void {
  const shown = boxes.filter((box) => box === from || box === to || box.checkVisibility())
  const [first, second] = [shown.indexOf(from), shown.indexOf(to)].toSorted((a, b) => a - b)
  for (const box of shown.slice(first, (second ?? 0) + 1)) {
    box.checked = to.checked
    follow(box)
  }
}

/** How many patches are chosen; a series whose patches are not listed counts as one. */
function countChosen(): number {
  return boxes.filter((box) => box.checked && (!isSeries(box) || groupOf(box).length === 1)).length
}

/** Says how many are chosen, on the button that changes them. */
function tell(all: HTMLInputElement | undefined): void {
  if (all) {
    const checked = boxes.filter((box) => box.checked).length
    all.checked = checked === boxes.length
    all.indeterminate = checked > 0 && checked < boxes.length
  }
  const chosen = countChosen()
  const button = document.querySelector<HTMLButtonElement>('button[value=update]')
  if (button) button.textContent = chosen > 0 ? `Update ${chosen}` : 'Update'
}

async function copy(number: Element, text: string): Promise<void> {
  await copyText(text)
  number.classList.add('copied')
  setTimeout(() => number.classList.remove('copied'), 1000)
}
