import { Invalid } from '../../util/errors.js'

/** The server that gets the commits: any Patchwork with API 1.2 or newer. */
export interface Remote {
  /** Its API, such as `https://patchwork.example.org/api/1.2`. */
  readonly api: string
  readonly token: string
  /** The link name of the project. */
  readonly project: string
}

export interface KnownPatch {
  readonly id: number
  readonly name: string
  readonly state: string
  readonly commit_ref: string | null
}

const TIMEOUT = 30_000

/** The newest patch of the project with that hash. Throws Invalid with a sentence if the server does not say. */
export async function findPatch(remote: Remote, hash: string): Promise<KnownPatch | undefined> {
  const query = new URLSearchParams({ project: remote.project, hash, order: '-id', per_page: '1' })
  const [patch] = (await ask(remote, `/patches/?${query}`)) as KnownPatch[]
  return patch
}

/** Sets the state and commit of a patch. Throws Invalid with a message if the server refuses. */
export async function acceptPatch(remote: Remote, id: number, state: string, commit: string): Promise<void> {
  await ask(remote, `/patches/${id}/`, { state, commit_ref: commit })
}

async function ask({ api, token }: Remote, path: string, change?: object): Promise<unknown> {
  const headers = { authorization: `Token ${token}`, 'content-type': 'application/json' }
  const how = change ? { method: 'PATCH', body: JSON.stringify(change) } : {}
  const answer = await fetch(api + path, { ...how, headers, signal: AbortSignal.timeout(TIMEOUT) }).catch(
    (error: Error) => {
      throw new Invalid(
        `${api} does not respond: ${(error.cause as Error | undefined)?.message ?? error.message}`,
      )
    },
  )
  const text = await answer.text()
  if (!answer.ok) throw new Invalid(`${api} responded with ${answer.status}: ${text.slice(0, 200)}`)
  return JSON.parse(text)
}
