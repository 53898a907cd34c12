// Stands in for the thread that imports an archive: its batches are of two mails, and it stalls at one that says so.
import { hash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import { zstdCompressSync } from 'node:zlib'

const [{ path, skip, progress }] = await once(parentPort, 'message')
const mails = readFileSync(path, 'utf8').split('\0')
const batches = []
for (let start = skip * 2; start < mails.length; start += 2) {
  const batch = mails.slice(start, start + 2)
  batches.push(batch)
  const raws = batch.map((mail) => zstdCompressSync(mail))
  const ends = raws.map((_, index) => Buffer.concat(raws.slice(0, index + 1)).length)
  const encodings = batch.map((mail) => ({ digest: hash('sha256', mail, 'base64url'), size: mail.length }))
  const bytes = new Uint8Array(Buffer.concat(raws))
  parentPort.postMessage({ kind: 'batch', batch: { encodings, mails: { bytes, ends }, advance: 1 } }, [])
}
parentPort.postMessage({ kind: 'end' }, [])
parentPort.on('message', () => {
  const results = batches.shift().map((mail) => {
    if (mail.includes('X-Stall')) for (;;);
    if (mail.includes('X-Exit')) process.exit(1)
    Atomics.add(progress, 0, 1)
    return new Error('read by the thread')
  })
  parentPort.postMessage({ kind: 'read', results }, [])
})
