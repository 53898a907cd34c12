/** Copies a text; shown once a script is there to do it. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  return (
    <button type="button" class="copy" data-copy={text} hidden>
      {label}
    </button>
  )
}
