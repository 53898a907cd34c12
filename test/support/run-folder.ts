import { chmodSync, mkdtempSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk in memory has to have this much room, or the files of a run are in the folder for temporary files. */
const MIN_MEMORY = 4 * 2 ** 30

const MEMORY = '/dev/shm'

/**
 * Makes one folder for all temporary files of a run, which its processes inherit as `TMPDIR`, and removes it at the end:
 * in memory, since nothing in it needs to outlive the run. What Node compiled is kept there for the next of the hundreds of
 * processes, which starts in two thirds of the time.
 */
export default function setup(): () => void {
  const { TMPDIR, NODE_COMPILE_CACHE } = process.env
  const folder = mkdtempSync(join(isUsable() ? MEMORY : tmpdir(), 'patchwork-run-'))
  // PostgreSQL, mail servers and proxies run as users of their own.
  chmodSync(folder, 0o755)
  setEnvironment({ TMPDIR: folder, NODE_COMPILE_CACHE: join(folder, 'compiled') })
  return () => {
    setEnvironment({ TMPDIR, NODE_COMPILE_CACHE })
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function setEnvironment(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables))
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
}

/** Whether there is a disk in memory with room, from which the programs that tests write can be run. */
function isUsable(): boolean {
  try {
    const [, , , options = ''] = mountOf(MEMORY)
    const { bavail, bsize } = statfsSync(MEMORY)
    return options !== '' && !options.split(',').includes('noexec') && bavail * bsize > MIN_MEMORY
  } catch {
    // Only Linux has it.
    return false
  }
}

/** Device, folder, file system and options of what is mounted at a folder. */
function mountOf(folder: string): string[] {
  const lines = readFileSync('/proc/mounts', 'utf8').split('\n')
  return (lines.find((line) => line.split(' ')[1] === folder) ?? '').split(' ')
}
