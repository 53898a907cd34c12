import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { git, runProgram } from './program.js'

/** Archives made as public-inbox makes them, by plain git. */

/** In a shell, since a large process as that of the tests takes long to start another. */
const COMMIT = 'git add --all && git commit --quiet --allow-empty --message change'

/** One repository of an archive, with a working tree to commit from. */
export class ArchiveRepository {
  readonly #tree: string
  readonly folder: string

  private constructor(tree: string, folder: string) {
    this.#tree = tree
    this.folder = folder
  }

  /** Makes `folder`, a bare repository. */
  static async create(folder: string): Promise<ArchiveRepository> {
    await mkdir(dirname(folder), { recursive: true })
    const tree = mkdtempSync(join(tmpdir(), 'patchwork-archive-'))
    await git(tree, 'init', '--quiet', '--bare', '--initial-branch=master', folder)
    return new ArchiveRepository(tree, folder)
  }

  /** Second layout: a mail is the file `m`, and nothing else is there. */
  async add(mail: Uint8Array): Promise<void> {
    rmSync(join(this.#tree, 'd'), { force: true })
    writeFileSync(join(this.#tree, 'm'), mail)
    await this.#commit()
  }

  /** Second layout: many mails at once, each by a commit of its own. */
  async addAll(mails: readonly Uint8Array[]): Promise<void> {
    const commits = mails.flatMap((mail, index) => [
      `commit refs/heads/master\ncommitter Archive <archive@example.org> ${index} +0000\ndata 0\n`,
      `M 100644 inline m\ndata ${mail.length}\n`,
      mail,
      '\n',
    ])
    const input = Buffer.concat(commits.map((part) => Buffer.from(part)))
    execFileSync('git', ['fast-import', '--quiet'], { cwd: this.folder, input })
  }

  /** Second layout: a mail that is deleted is the file `d`. */
  async delete(mail: Uint8Array): Promise<void> {
    rmSync(join(this.#tree, 'm'), { force: true })
    writeFileSync(join(this.#tree, 'd'), mail)
    await this.#commit()
  }

  /** First layout: files named by the digest of their message id. */
  async addNamed(messageId: string, mail: Uint8Array): Promise<void> {
    await this.addAllNamed([[messageId, mail]])
  }

  /** The same, of many mails by one commit. */
  async addAllNamed(mails: readonly (readonly [messageId: string, mail: Uint8Array])[]): Promise<void> {
    for (const [messageId, mail] of mails) {
      const path = this.#named(messageId)
      await mkdir(dirname(path), { recursive: true })
      writeFileSync(path, mail)
    }
    await this.#commit()
  }

  async deleteNamed(messageId: string): Promise<void> {
    rmSync(this.#named(messageId))
    await this.#commit()
  }

  /** Rewrites history without the previous commits, as purging mail does. */
  async forget(): Promise<void> {
    await this.#run(`git checkout --quiet --orphan fresh && git branch --quiet -M fresh master && ${COMMIT}`)
  }

  #named(messageId: string): string {
    const digest = createHash('sha1').update(messageId).digest('hex')
    return join(this.#tree, digest.slice(0, 2), digest.slice(2))
  }

  async #commit(): Promise<void> {
    await this.#run(COMMIT)
  }

  async #run(commands: string): Promise<void> {
    const environment = { GIT_DIR: this.folder, GIT_WORK_TREE: this.#tree }
    const { code, stderr } = await runProgram(this.#tree, 'sh', ['-c', commands], environment)
    if (code !== 0) throw new Error(stderr)
  }
}
