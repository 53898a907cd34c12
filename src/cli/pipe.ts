import { openSync, readSync, statSync, writeSync } from 'node:fs'
import { readSettings } from '../config/config.js'
import { LIMITS } from '../mail/limits.js'
import type { PipedMail, PipeResult } from '../receive/transports/piped-mail.js'
import { pipeSocketOf } from '../util/pipe-socket.js'

/**
 * `parsemail` in as little as it needs: a mail server starts it once for each mail. It hands the mail to a running server;
 * only without one is the rest of the program loaded. Standard input is read without the streams of Node.js, which take
 * longer to load than the mail to read.
 */

/** The rest of the program; each part is loaded when it is called. */
export interface Rest {
  /** Takes a mail in this process. */
  takeDirectly(mail: PipedMail): Promise<PipeResult>
  /** Runs any command line. */
  run(argv: readonly string[]): Promise<number>
}

const STDIN = 0
const STDOUT = 1
const STDERR = 2
const CHUNK_BYTES = 64 * 1024

/** A server that does not answer within this time leaves the mail to us, in milliseconds. */
const ANSWER_TIMEOUT_MS = 60_000

/** Pause before input or output that is not ready is tried again, in milliseconds. */
const RETRY_MS = 5

/** Runs one command line and returns its exit code. */
export async function run(argv: readonly string[], rest: Rest): Promise<number> {
  const asked = parseArguments(argv)
  const bytes = asked && readMail(asked.file)
  // Help, mistakes, and input that cannot be read at once are for the whole program.
  if (!bytes) return await rest.run(argv)
  const mail = { bytes, listId: asked.listId }
  const { code, out, err } = (await handOver(mail)) ?? (await rest.takeDirectly(mail))
  print(STDOUT, out)
  print(STDERR, err)
  return code
}

interface Arguments {
  readonly file?: string
  readonly listId?: string
}

/** The usual forms of `parsemail [--list-id ID] [FILE]`; undefined for all others. */
export function parseArguments([command, ...words]: readonly string[]): Arguments | undefined {
  const asked: { file?: string; listId?: string } = {}
  if (command !== 'parsemail') return undefined
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string
    const next = words[index + 1]
    if (word === '--list-id' && next !== undefined && !next.startsWith('-')) {
      asked.listId = next
      index++
    } else if (word.startsWith('--list-id=')) asked.listId = word.slice('--list-id='.length)
    else if (word.startsWith('-') || word === '' || asked.file !== undefined) return undefined
    else asked.file = word
  }
  return asked
}

/** One mail; of one that is too large as much as lets the parser see that. Undefined if nothing can be read. */
function readMail(file: string | undefined): Buffer | undefined {
  const chunks: Buffer[] = []
  let length = 0
  try {
    const input = file === undefined ? STDIN : openSync(file, 'r')
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const count = readWhenReady(input, chunk)
      if (count === 0) return Buffer.concat(chunks).subarray(0, LIMITS.mailBytes + 1)
      if (length <= LIMITS.mailBytes) chunks.push(chunk.subarray(0, count))
      length += count
    }
  } catch (error) {
    // Half a mail must not be taken for a whole one.
    if (length > 0) throw error
    return undefined
  }
}

/** Another process that shares standard input may have made it non-blocking. */
function readWhenReady(input: number, chunk: Buffer): number {
  for (;;)
    try {
      return readSync(input, chunk)
    } catch (error) {
      if (!isNotReady(error)) throw error
      wait()
    }
}

function print(output: number, lines: readonly string[]): void {
  let rest = Buffer.from(lines.map((line) => `${line}\n`).join(''))
  while (rest.length > 0)
    try {
      rest = rest.subarray(writeSync(output, rest))
    } catch (error) {
      // Nobody reads it.
      if (!isNotReady(error)) return
      wait()
    }
}

function isNotReady(error: unknown): boolean {
  return (error as { code?: string }).code === 'EAGAIN'
}

function wait(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS)
}

/**
 * Hands a mail to a running server; resolves with its answer once the mail is in the journal. Undefined if no server
 * answers: then the mail is ours, and does no harm if it was journalled all the same.
 */
async function handOver({ bytes, listId }: PipedMail): Promise<PipeResult | undefined> {
  const path = socketPath()
  if (path === undefined || !statSync(path, { throwIfNoEntry: false })?.isSocket()) return undefined
  // Loaded only where there is a server.
  const { connect } = process.getBuiltinModule('node:net')
  return await new Promise((resolve) => {
    let answer = ''
    const socket = connect(path, () => {
      socket.write(`${JSON.stringify({ size: bytes.length, listId })}\n`)
      socket.end(bytes)
    })
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy())
    socket.setEncoding('utf8').on('data', (text) => (answer += String(text)))
    socket.on('error', () => {}).once('close', () => resolve(parseAnswer(answer)))
  })
}

/** Settings that are wrong are reported by what reads all that it needs. */
function socketPath(): string | undefined {
  try {
    return pipeSocketOf(readSettings(process.env, ['databaseUrl', 'pipeSocket']))
  } catch {
    return undefined
  }
}

function parseAnswer(text: string): PipeResult | undefined {
  try {
    return JSON.parse(text) as PipeResult
  } catch {
    return undefined
  }
}
