import type { UserContext } from '../framework/auth-guard.js'
import { ActionTitle } from '../ui/action-title.js'
import { Form } from '../ui/form.js'

/** An address of the account, and whether it gets mail. */
export interface LinkedAddress {
  id: number
  email: string
  isOptedOut: boolean
}

interface AddressProps {
  context: UserContext
  addresses: readonly LinkedAddress[]
  unconfirmed: readonly string[]
}

/** The part of the profile about addresses. */
export function AddressCard({ context, addresses, unconfirmed }: AddressProps) {
  return (
    <section class="card" id="addresses">
      <h2>Linked addresses</h2>
      <p>
        Patches from these addresses are yours. A new one gets a link to confirm it. Those with “notify” get
        mail when the state of a patch from them changes.
      </p>
      <table class="list">
        <thead>
          <tr>
            <th>Address</th>
            <th>Notify</th>
            <ActionTitle />
          </tr>
        </thead>
        <tbody>
          {addresses.map((address) => (
            <AddressRow context={context} address={address} />
          ))}
          {unconfirmed.map((email) => (
            <UnconfirmedRow email={email} />
          ))}
        </tbody>
      </table>
      <Form context={context} action="/user/link/" class="actions">
        <input
          type="email"
          name="email"
          aria-label="Another address"
          placeholder="Another address"
          required
          autoComplete="email"
        />
        <button>Add</button>
      </Form>
    </section>
  )
}

function AddressRow({
  context,
  address: { id, email, isOptedOut },
}: {
  context: UserContext
  address: LinkedAddress
}) {
  const isMain = email.toLowerCase() === context.viewer.email.toLowerCase()
  return (
    <tr>
      <td>
        <bdi>{email}</bdi>
        {isMain && <small class="help">the account’s own</small>}
      </td>
      <td>
        <Form context={context} action={isOptedOut ? '/mail/optin/' : '/mail/optout/'} class="actions">
          <input type="hidden" name="email" value={email} />
          {isOptedOut ? 'No' : 'Yes'}
          <button aria-label={`${isOptedOut ? 'Opt in' : 'Opt out'}: ${email}`}>
            {isOptedOut ? 'Opt in' : 'Opt out'}
          </button>
        </Form>
      </td>
      <td>
        {!isMain && (
          <Form context={context} action={`/user/unlink/${id}/`}>
            <button aria-label={`Unlink ${email}`}>Unlink</button>
          </Form>
        )}
      </td>
    </tr>
  )
}

function UnconfirmedRow({ email }: { email: string }) {
  return (
    <tr>
      <td>
        <bdi>{email}</bdi>
      </td>
      <td colspan={2} class="muted">
        not confirmed yet
      </td>
    </tr>
  )
}
