// How long a bot takes that posts 26 checks for each of 15 patches over 8 connections, each of them durable.
import { fdatasync, openSync, write } from 'node:fs'
import { Agent, createServer, request } from 'node:http'

const PATCHES = 15
const CHECKS = 26
const CONNECTIONS = 8

/**
 * Posts all checks; returns the duration in milliseconds. `base` is the URL of the server, `patches` are the ids of
 * the patches, of which it uses the first.
 */
export async function measureChecks(base, patches, token) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const jobs = patches
    .slice(0, PATCHES)
    .flatMap((patch) => Array.from({ length: CHECKS }, (_, number) => ({ patch, number })))
  if (jobs.length !== PATCHES * CHECKS) throw new Error(`There are fewer than ${PATCHES} patches.`)
  const start = performance.now()
  await Promise.all(jobs.map((job) => post(agent, base, token, job)))
  const milliseconds = performance.now() - start
  agent.destroy()
  return { count: jobs.length, milliseconds }
}

function post(agent, base, token, { patch, number }) {
  const body = JSON.stringify({
    state: 'success',
    context: `check-${number}`,
    target_url: `https://ci.example.org/${patch}/${number}`,
    description: 'Everything is as it was before the patch.',
  })
  const { promise, resolve, reject } = Promise.withResolvers()
  const sent = request(`${base}/api/1.2/patches/${patch}/checks/`, {
    agent,
    method: 'POST',
    headers: {
      authorization: `Token ${token}`,
      'content-type': 'application/json',
      'content-length': body.length,
    },
  })
  sent.on('error', reject)
  sent.on('response', (response) => {
    response.resume()
    response.on('end', () =>
      response.statusCode === 201
        ? resolve()
        : reject(new Error(`A check was answered with ${response.statusCode}.`)),
    )
  })
  sent.end(body)
  return promise
}

/** The limit: a bare server that makes each check durable in a file before it answers. */
export function serveDurably(file, port) {
  const descriptor = openSync(file, 'a')
  createServer((asked, response) => {
    const chunks = []
    asked.on('data', (chunk) => chunks.push(chunk))
    asked.on('end', () => {
      const body = Buffer.concat(chunks)
      write(descriptor, body, () => {
        fdatasync(descriptor, () => {
          response.writeHead(201, { 'content-type': 'application/json' })
          response.end(body)
        })
      })
    })
  }).listen(port, '127.0.0.1')
}
