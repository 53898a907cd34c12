import type { FastifyReply, FastifyRequest } from 'fastify'
import { toPublicError } from '../../db/database-unavailable.js'
import { addRetryAfter, logError, logFailure } from '../../server/error-handler.js'
import { PatchworkError } from '../../util/errors.js'
import { abridge } from '../../util/text.js'
import { Layout } from '../ui/layout.js'
import { sendPage } from './page.js'
import { type AppContext, makeRequestContext } from './request-context.js'

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  429: 'Too many attempts',
  500: 'Something went wrong',
  503: 'Try again later',
}

/** Status and public message of an error. An error that is not ours is a bug; its message stays secret. */
function describe(error: unknown, request: FastifyRequest): { status: number; message: string } {
  if (error instanceof PatchworkError) {
    logError(request, error)
    return error
  }
  const { statusCode, message } = error as { statusCode?: number; message?: string }
  if (statusCode !== undefined && statusCode < 500) return { status: statusCode, message: message ?? '' }
  logFailure(request, error)
  return { status: 500, message: 'Something went wrong here. The people who run this site can see what.' }
}

/** Fields that say where a form comes from or what its page showed, and secrets, which no page repeats. */
const NOT_TYPED = /^(?:csrf|next|order|shown|form|in_.*|was_.*|.*password.*|again)$/

/** Characters of one field, and fields, that are repeated. */
const MAX_REPEATED = 10_000
const MAX_FIELDS = 100

/** The text that was typed into a form that could not be saved: its page, and the browser's copy, may be gone. */
function SentForm({ body }: { body: unknown }) {
  if (!(body instanceof URLSearchParams)) return null
  const fields = [...body].filter(([name, value]) => value.trim() !== '' && !NOT_TYPED.test(name))
  if (fields.length === 0) return null
  return (
    <>
      <p>Nothing was saved. This is what you sent, to be copied:</p>
      <dl>
        {fields.slice(0, MAX_FIELDS).map(([name, value]) => (
          <>
            <dt>{name.replaceAll('_', ' ')}</dt>
            <dd>
              <pre dir="auto" tabIndex={0}>
                {abridge(value, MAX_REPEATED)}
              </pre>
            </dd>
          </>
        ))}
      </dl>
    </>
  )
}

/** Tells what went wrong: browsers by a page, everybody else in one line. */
export async function sendError(
  appContext: AppContext,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const error = toPublicError(appContext.context.db, thrown)
  const { status, message } = describe(error, request)
  if (error instanceof PatchworkError) addRetryAfter(reply, error)
  void reply.removeHeader('content-disposition')
  const plain = () => reply.code(status).type('text/plain; charset=utf-8').send(`${message}\n`)
  if (!(request.headers.accept ?? '').includes('text/html')) return plain()
  try {
    const context = await makeRequestContext(appContext.context, request, reply)
    const title = TITLES[status] ?? 'The request failed'
    const text = status === 404 ? 'This page does not exist, or you are not allowed to see it.' : message
    void reply.code(status)
    return sendPage(
      reply,
      <Layout context={context} title={title}>
        <section class="error">
          <p class="status">{status}</p>
          <h1>{title}</h1>
          <p>{text}</p>
          <SentForm body={request.body} />
          {status >= 500 && (
            <p class="muted">
              Request id, for a report: <code>{request.id}</code>
            </p>
          )}
          <p>
            <a href="/">All projects</a>
          </p>
        </section>
      </Layout>,
    )
  } catch {
    // The database may be unavailable.
    return plain()
  }
}
