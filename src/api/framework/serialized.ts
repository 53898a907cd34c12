/** An answer that is written already, to be sent as it is. */
export class Serialized {
  readonly json: Buffer

  /** `json`: the bytes of its JSON. */
  constructor(json: Buffer) {
    this.json = json
  }
}

/** A list of rows that are written already. */
export class SerializedList extends Serialized {
  readonly isEmpty: boolean

  /** Each row is the bytes of its JSON. */
  constructor(rows: readonly Buffer[]) {
    super(joinRows(rows))
    this.isEmpty = rows.length === 0
  }
}

const [OPENING, SEPARATOR, CLOSING] = Buffer.from('[,]') as unknown as [number, number, number]

/**
 * The bytes of a JSON list. Each row was encoded by itself: in one text of all of them, a single character beyond
 * Latin-1 doubles what every other takes, and encoding that takes longer than all else.
 */
function joinRows(rows: readonly Buffer[]): Buffer {
  let length = 2 + Math.max(0, rows.length - 1)
  for (const row of rows) length += row.length
  const bytes = Buffer.allocUnsafe(length)
  let place = 0
  for (const row of rows) {
    bytes[place] = place === 0 ? OPENING : SEPARATOR
    bytes.set(row, ++place)
    place += row.length
  }
  if (place === 0) bytes[place++] = OPENING
  bytes[place] = CLOSING
  return bytes
}
