import type { NewMail } from '../domain/outbox/updates.js'
import { hideSecrets } from '../util/secrets.js'

/**
 * The mails that confirmations go out with. `base` is where people reach us, `link` where they confirm. Without a public
 * address `base` is empty, and links are paths: a host that only the request named would be anybody's to choose.
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
    'somebody, probably you, has registered with this address the account',
    `"${username}". To open it, follow`,
    ...alone(link),
    'within seven days. If it was not you, do nothing: it is then removed.',
  ])
}

/** For an address that already has an account: only its owner learns so, not the person who registers. */
export function knownAddressLetter({
  email,
  base,
  username,
}: Omit<LetterRequest, 'link'> & { username: string }): NewMail {
  return confirmation(email, 'You have a Patchwork account already', base, [
    'somebody, probably you, tried to register an account with this',
    `address, which has one already: "${username}".`,
    'If you have forgotten its password, you get a new one at',
    ...alone(`${base}/user/password-reset/`),
    'If it was not you, do nothing.',
  ])
}

export function linkLetter({ email, base, link, username }: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'Confirm that this address is yours', base, [
    `the account "${username}"`,
    'asks to link this address. If it is yours, follow',
    ...alone(link),
    'within seven days. Patches sent from this address are then yours.',
    "If the account is somebody else's, do nothing.",
  ])
}

export function optOutLetter({ email, base, link }: LetterRequest): NewMail {
  return confirmation(email, 'Confirm that notifications stop', base, [
    'somebody, probably you, has asked that no more notifications are',
    'sent to this address. To confirm, follow',
    ...alone(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function optInLetter({ email, base, link }: LetterRequest): NewMail {
  return confirmation(email, 'Confirm that notifications resume', base, [
    'somebody, probably you, has asked that notifications are sent to',
    'this address again. To confirm, follow',
    ...alone(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function resetLetter({ email, base, link, username }: LetterRequest & { username: string }): NewMail {
  return confirmation(email, 'A new password for Patchwork', base, [
    'somebody, probably you, has asked for a new password for the account',
    `"${username}". To set one, follow`,
    ...alone(link),
    'within a day. If it was not you, do nothing: the old password stays.',
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
    `an administrator lets you set a new password for the account`,
    `"${username}". Follow`,
    ...alone(link),
    'within a day. If you do nothing, the old password stays.',
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
    'an administrator has made an account for you:',
    `"${username}". To choose its password, follow`,
    ...alone(link),
    'within a day. After that, ask for another link at',
    ...alone(`${base}/user/password-reset/`),
  ])
}

/** Whether the API tokens of an account were revoked when its password changed. */
export type TokensAfterChange = 'revoked' | 'kept' | 'none'

const TOKEN_LINES: Readonly<Record<TokensAfterChange, readonly string[]>> = {
  revoked: ['Its API tokens are revoked: programs need a new one, which you', 'can make in your profile.'],
  kept: ['Its API tokens were kept, and still work.'],
  none: [],
}

/** Tells an account's owner of something that they would want to stop, were it not them. */
export function passwordChangedLetter({
  email,
  base,
  username,
  tokens,
}: Omit<LetterRequest, 'link'> & { username: string; tokens: TokensAfterChange }): NewMail {
  return confirmation(email, 'Your Patchwork password was changed', base, [
    'the password of your account',
    `"${username}" was changed just now.`,
    'All other browsers are logged out.',
    ...TOKEN_LINES[tokens],
    'If it was not you, set a new one at once:',
    ...alone(`${base}/user/password-reset/`),
  ])
}

/** For those who run the site: mail that could not be sent, or whatever else went wrong. */
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
  'Links in this mail are paths: put them behind the address of the site',
  'where you use Patchwork. Its operator can have whole links sent by',
  'setting PATCHWORK_PUBLIC_URL.',
]

/** A link in a line of its own, which is as short as it can be: mails break longer ones than 76 characters. */
function alone(link: string): string[] {
  return ['', link, '']
}
