import type { NewMail } from '../domain/outbox/updates.js'
import { hideSecrets } from '../util/secrets.js'

/**
 * The texts of confirmation mails. `base` is the public URL of the site, `link` the page that confirms. Without a
 * configured public URL `base` is empty and links are paths: the Host header of a request is chosen by its sender.
 */

interface LetterRequest {
  email: string
  base: string
  link: string
}

export function registrationLetter({
  email,
  base,
  link,
  username,
}: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'Confirm your Patchwork account', base, [
    'somebody, probably you, has registered the account',
    `"${username}" with this address. To activate it, open`,
    ...alone(link),
    'within seven days. If it was not you, do nothing: the account is then',
    'removed.',
  ])
}

/** For an address that already has an account: only its owner learns so, not the person who registers. */
export function knownAddressLetter({
  email,
  base,
  username,
}: Omit<LetterRequest, 'link'> & { username: string }): NewMail {
  return confirmation(email, 'You already have a Patchwork account', base, [
    'somebody, probably you, tried to register an account with this',
    `address, which already has one: "${username}".`,
    'If you forgot its password, set a new one at',
    ...alone(`${base}/user/password-reset/`),
    'If it was not you, do nothing.',
  ])
}

export function linkLetter({ email, base, link, username }: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'Confirm that this address is yours', base, [
    `the account "${username}"`,
    'requests to link this address. If the account is yours, open',
    ...alone(link),
    'within seven days. Patches that were sent from this address then',
    'belong to the account. If the account is not yours, do nothing.',
  ])
}

export function optOutLetter({ email, base, link }: LetterRequest): NewMail {
  return confirmation(email, 'Confirm that notifications stop', base, [
    'somebody, probably you, requested that notifications to this address',
    'stop. To confirm, open',
    ...alone(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function optInLetter({ email, base, link }: LetterRequest): NewMail {
  return confirmation(email, 'Confirm that notifications resume', base, [
    'somebody, probably you, requested that notifications to this address',
    'resume. To confirm, open',
    ...alone(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function resetLetter({ email, base, link, username }: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'A new password for Patchwork', base, [
    'somebody, probably you, requested a new password for the account',
    `"${username}". To set one, open`,
    ...alone(link),
    'within a day. If it was not you, do nothing: the old password remains',
    'valid.',
  ])
}

/** The same, asked for by an administrator. */
export function passwordLetter({
  email,
  base,
  link,
  username,
}: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'A new password for Patchwork', base, [
    'an administrator requested a new password for the account',
    `"${username}". To set one, open`,
    ...alone(link),
    'within a day. If you do nothing, the old password remains valid.',
  ])
}

/** For the owner of an account that an administrator added. */
export function invitationLetter({
  email,
  base,
  link,
  username,
}: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'Your Patchwork account', base, [
    'an administrator created an account for you:',
    `"${username}". To choose its password, open`,
    ...alone(link),
    'within a day. After that, request a new link at',
    ...alone(`${base}/user/password-reset/`),
  ])
}

/** Whether the API tokens of an account were revoked when its password changed. */
export type TokensAfterChange = 'revoked' | 'kept' | 'none'

const TOKEN_LINES: Readonly<Record<TokensAfterChange, readonly string[]>> = {
  revoked: ['Its API tokens are revoked: programs need a new one, which you', 'can create in your profile.'],
  kept: ['Its API tokens are still valid.'],
  none: [],
}

/** Notifies the owner of an account, who may not have made the change. */
export function passwordChangedLetter({
  email,
  base,
  username,
  tokens,
}: Omit<LetterRequest, 'link'> & { username: string; tokens: TokensAfterChange }): NewMail {
  return confirmation(email, 'Your Patchwork password was changed', base, [
    'the password of your account',
    `"${username}" was changed just now.`,
    'All other sessions have ended.',
    ...TOKEN_LINES[tokens],
    'If it was not you, set a new password immediately:',
    ...alone(`${base}/user/password-reset/`),
  ])
}

/** For the owner of a token that expires soon, or of the bot that it belongs to. */
export function tokenExpiryLetter({
  email,
  base,
  link,
  username,
  name,
  expires,
}: LetterRequest & { username: string; name: string; expires: string }): NewMail {
  return confirmation(email, 'A Patchwork API token expires soon', base, [
    `an API token of the account "${username}" expires on ${expires.slice(0, 10)}:`,
    ...alone(name),
    'Programs that use it are refused from then on. To replace it, open',
    ...alone(link),
    'and rotate it: the old token stays valid for another day, but not longer',
    'than it would have been.',
  ])
}

/** For the owner of a webhook, or the maintainers of its project. */
export function webhookDisabledLetter({
  email,
  base,
  link,
  project,
  address,
  reason,
}: LetterRequest & { project: string; address: string; reason: string }): NewMail {
  return confirmation(email, `A webhook of ${project} is switched off`, base, [
    `a webhook of the project ${project} received nothing any more:`,
    ...alone(hideSecrets(address)),
    hideSecrets(reason).slice(0, 300),
    '',
    'It is switched off. Events wait for it for up to 30 days: once its',
    'receiver works again, switch it on, and it goes on where it stopped:',
    ...alone(link),
  ])
}

/** For administrators: mail that could not be sent, and other failures. */
export function failureLetter(recipient: string, subject: string, lines: readonly string[]): NewMail {
  return {
    kind: 'failures',
    recipient,
    subject: `Patchwork: ${subject}`,
    body: hideSecrets(`${lines.join('\n')}\n`),
  }
}

function confirmation(recipient: string, subject: string, base: string, lines: readonly string[]): NewMail {
  const end = base === '' ? [...NO_ADDRESS, '', '-- ', 'Patchwork'] : ['-- ', `Patchwork, ${base}/`]
  const body = ['Hello,', '', ...lines, '', ...end, ''].join('\n')
  return { kind: 'confirmation', recipient, subject, body }
}

const NO_ADDRESS = [
  'Links in this mail are paths: append them to the URL of the site where',
  'you use Patchwork. Its operator can enable complete links with the',
  'setting PATCHWORK_PUBLIC_URL.',
]

/** A link on a line of its own, because mail software breaks lines longer than 76 characters. */
function alone(link: string): string[] {
  return ['', link, '']
}
