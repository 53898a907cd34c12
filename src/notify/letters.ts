import type { NewMail } from '../store/outbox.js'

/** The mails that confirmations go out with. `base` is where people reach us, `link` where they confirm. */

interface Asked {
  email: string
  base: string
  link: string
}

export function registrationLetter({ email, base, link, username }: Asked & { username: string }): NewMail {
  return confirmation(email, 'Confirm your Patchwork account', base, [
    `Somebody, probably you, has registered the account "${username}" at`,
    `${base}/ with this address. To open the account, follow`,
    ...indented(link),
    'within seven days. If it was not you, do nothing: the account is then removed.',
  ])
}

/** For an address that has an account: whoever registers with it learns nothing of that, its owner does. */
export function knownAddressLetter({
  email,
  base,
  username,
}: Omit<Asked, 'link'> & { username: string }): NewMail {
  return confirmation(email, 'You have a Patchwork account already', base, [
    `Somebody, probably you, tried to register an account at ${base}/`,
    `with this address, which has one already: "${username}".`,
    'If you have forgotten its password, you get a new one at',
    ...indented(`${base}/user/password-reset/`),
    'If it was not you, do nothing.',
  ])
}

export function linkLetter({ email, base, link, username }: Asked & { username: string }): NewMail {
  return confirmation(email, 'Confirm that this address is yours', base, [
    `The account "${username}" at ${base}/ says that this address is its`,
    "owner's. If it is yours, and the account too, follow",
    ...indented(link),
    'within seven days: what was sent from this address then counts as yours there.',
    "If the account is somebody else's, do nothing.",
  ])
}

export function optOutLetter({ email, base, link }: Asked): NewMail {
  return confirmation(email, 'Confirm that you want no more mail', base, [
    `Somebody, probably you, has asked that ${base}/ sends no mail about`,
    'patches to this address any more. To confirm, follow',
    ...indented(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function optInLetter({ email, base, link }: Asked): NewMail {
  return confirmation(email, 'Confirm that you want mail again', base, [
    `Somebody, probably you, has asked that ${base}/ sends mail about`,
    'patches to this address again. To confirm, follow',
    ...indented(link),
    'within seven days. Otherwise nothing changes.',
  ])
}

export function resetLetter({ email, base, link, username }: Asked & { username: string }): NewMail {
  return confirmation(email, 'A new password for Patchwork', base, [
    `Somebody, probably you, has asked for a new password for the account`,
    `"${username}" at ${base}/. To set one, follow`,
    ...indented(link),
    'within a day. If it was not you, do nothing: the old password stays.',
  ])
}

/** Tells an account's owner of something that they would want to stop, were it not them. */
export function passwordChangedLetter({
  email,
  base,
  username,
}: Omit<Asked, 'link'> & { username: string }): NewMail {
  return confirmation(email, 'Your Patchwork password was changed', base, [
    `The password of your account "${username}" at ${base}/ was changed`,
    'just now. If it was not you, set a new one at once:',
    ...indented(`${base}/user/password-reset/`),
  ])
}

/** For those who run the site: mail that could not be sent, or whatever else went wrong. */
export function failureLetter(recipient: string, subject: string, lines: readonly string[]): NewMail {
  return { kind: 'failures', recipient, subject: `Patchwork: ${subject}`, body: `${lines.join('\n')}\n` }
}

function confirmation(recipient: string, subject: string, base: string, lines: readonly string[]): NewMail {
  const body = ['Hello,', '', ...lines, '', '-- ', `Patchwork, ${base}/`, ''].join('\n')
  return { kind: 'confirmation', recipient, subject, body }
}

function indented(link: string): string[] {
  return ['', `    ${link}`, '']
}
