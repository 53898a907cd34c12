import { printable } from '../util/text.js'

/** Prints rows whose cells stand below each other, or with tabs between them where a program reads. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const cells = rows.map((row) => row.map(printable))
  if (!process.stdout.isTTY) {
    for (const row of cells) console.log(row.join('\t').trimEnd())
    return
  }
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  )
  for (const row of cells)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
}
