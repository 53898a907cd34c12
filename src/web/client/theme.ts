/** Light, dark or as the system has it: kept in a cookie, so that the server writes the next page right. */

const YEAR = 365 * 24 * 60 * 60

const root = document.documentElement
const choice = document.querySelector<HTMLSelectElement>('#theme')

if (choice) {
  choice.closest<HTMLElement>('[hidden]')?.removeAttribute('hidden')
  choice.value = root.dataset.theme ?? ''
  choice.addEventListener('change', () => {
    if (choice.value) root.dataset.theme = choice.value
    else delete root.dataset.theme
    document.cookie = `theme=${choice.value}; path=/; max-age=${choice.value ? YEAR : 0}; samesite=lax`
  })
}
