import { copyText } from './clipboard.js'

/** Comfort in lists with boxes: all at once, ranges with the shift key, how many are chosen, numbers to copy. */

const table = document.querySelector<HTMLTableElement>('table.patches')
const boxes = [...document.querySelectorAll<HTMLInputElement>('table.patches input[name=patch]')]

if (table && boxes.length > 0) addBoxes(table)

table?.addEventListener('click', (event) => {
  const number = event.target instanceof Element ? event.target.closest('[data-copy]') : null
  if (number?.textContent) void copy(number, number.textContent)
})

function addBoxes(list: HTMLTableElement): void {
  const all = makeAll(list)
  let last: HTMLInputElement | undefined
  list.tBodies[0]?.addEventListener('click', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement)) return
    if (event.shiftKey && last) chooseRange(last, box)
    last = box
    tell(all)
  })
  all?.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked
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

function chooseRange(from: HTMLInputElement, to: HTMLInputElement): void {
  const [first, second] = [boxes.indexOf(from), boxes.indexOf(to)].toSorted((a, b) => a - b)
  for (const box of boxes.slice(first, (second ?? 0) + 1)) box.checked = to.checked
}

/** Says how many are chosen, on the button that changes them. */
function tell(all: HTMLInputElement | undefined): void {
  const chosen = boxes.filter(({ checked }) => checked).length
  if (all) {
    all.checked = chosen === boxes.length
    all.indeterminate = chosen > 0 && chosen < boxes.length
  }
  const button = document.querySelector<HTMLButtonElement>('button[value=update]')
  if (button) button.textContent = chosen > 0 ? `Update ${chosen}` : 'Update'
}

async function copy(number: Element, text: string): Promise<void> {
  await copyText(text)
  number.classList.add('copied')
  setTimeout(() => number.classList.remove('copied'), 1000)
}
