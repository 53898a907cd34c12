import type { Config } from '../../config/config.js'
import { isMailAddress } from '../../config/mail-settings.js'
import type { Database, Time } from '../../db/schema.js'
import { insertMail } from '../../domain/outbox/updates.js'
import { maintainersOf } from '../../domain/projects/maintainers.js'
import { projectsWith } from '../../domain/projects/queries.js'
import { findUserById } from '../../domain/users/queries.js'
import type { WebhookRow } from '../../domain/webhooks/queries.js'
import { webhookDisabledLetter } from '../letters.js'

/**
 * Mails the owner of a webhook that it was switched off, in the transaction that does it; without an owner who still
 * maintains the project, its maintainers.
 */
export async function notifyOfDisabled(
  db: Database,
  { publicUrl = '' }: Pick<Config, 'publicUrl'>,
  { user_id, project_id, address, id }: WebhookRow,
  reason: string,
  now: Time,
): Promise<void> {
  const project = (await projectsWith(db, [project_id])).get(project_id)
  if (!project) return
  const maintainers = await maintainersOf(db, [project_id])
  const owner = user_id === null ? undefined : await findUserById(db, user_id)
  const isOwnerHere =
    owner !== undefined && (owner.is_superuser === 1 || maintainers.some((one) => one.id === owner.id))
  const link = `${publicUrl}/project/${project.link_name}/settings/webhooks/${id}/`
  for (const { email } of isOwnerHere ? [owner] : maintainers)
    if (isMailAddress(email))
      await insertMail(
        db,
        webhookDisabledLetter({ email, base: publicUrl, link, project: project.name, address, reason }),
        now,
      )
}
