import type { Policy, Step, Treatment } from '../chase/policy.ts'
import type { Segment } from '../chase/standing.ts'
import { stepNamed } from '../chase/steps.ts'
import type { Business } from '../store/businesses.ts'
import type { ContactFacts, CustomerFacts } from '../store/standings.ts'
import { customerLanguage } from './language.ts'

export type Recipient = { readonly address: string; readonly name: string | null; readonly copied: boolean }

/**
 * Who to write to, best first: the addresses on the open invoices (whoever got the original), else the
 * customer's main address, those that have replied before those that have not; people the ledger copies come after.
 * Addresses that bounced are left out, and so is, while there is another one, whoever replied to be the wrong person.
 * A step that is copied to the customer's contact for escalations goes to them too.
 */
export function recipientsOf(
  customer: Pick<CustomerFacts, 'contacts' | 'invoices' | 'replies'>,
  step: Pick<Step, 'copyEscalation'> | null = null,
): Recipient[] {
  const { contacts, invoices, replies } = customer
  const bounced = new Set(contacts.filter((contact) => contact.bounced).map((contact) => contact.email))
  const wrong = new Set(replies.filter(({ outcome }) => outcome === 'wrong-person').map(({ address }) => address))
  const nameOf = (email: string): string | null => contacts.find((contact) => contact.email === email)?.name ?? null
  const withRole = (role: ContactFacts['role']): string[] =>
    contacts.filter((contact) => contact.role === role).map((contact) => contact.email)
  const onInvoices = [...new Set(invoices.flatMap(({ emails }) => emails.map((email) => email.toLowerCase())))]

  const usable = (emails: readonly string[]): string[] => emails.filter((email) => !bounced.has(email))
  // With nobody to address, a person the ledger copies on invoices is the best we have.
  const choices = [usable(onInvoices), usable(withRole('main')), usable(withRole('copied')).slice(0, 1)]
  const right = choices.map((emails) => emails.filter((email) => !wrong.has(email)))
  const to = [...right, ...choices].find((emails) => emails.length > 0) ?? []
  const isKnown = (email: string): boolean => hasReplied(email, customer)
  const escalation = step?.copyEscalation ? escalationOf(customer) : null
  const cc = [
    ...usable(withRole('copied')).filter((email) => !wrong.has(email)),
    ...(escalation === null ? [] : [escalation.email]),
  ].filter((email, at, all) => !to.includes(email) && all.indexOf(email) === at)
  return [
    ...[...to.filter(isKnown), ...to.filter((email) => !isKnown(email))].map((address) => ({
      address,
      name: nameOf(address),
      copied: false,
    })),
    ...cc.map((address) => ({ address, name: nameOf(address), copied: true })),
  ]
}

/** Who gets the message of a chase, by what the policy says of its step. */
export const recipientsOfChase = (
  { policy }: { readonly policy: Policy },
  customer: CustomerFacts,
  { segment, stepId }: { readonly segment: Segment; readonly stepId: string },
): Recipient[] => recipientsOf(customer, stepNamed(policy, segment, stepId))

/** The customer's contact for escalations, where there is one that mail reaches. */
export const escalationOf = ({ contacts }: Pick<CustomerFacts, 'contacts'>): ContactFacts | null =>
  contacts.find(({ escalation, bounced }) => escalation && !bounced) ?? null

const hasReplied = (email: string, { replies }: Pick<CustomerFacts, 'replies'>): boolean =>
  replies.some(({ address, outcome }) => address === email && outcome !== 'wrong-person')

/**
 * How sure we are of an address, in percent, by what speaks for it: somebody replied from it; invoices that went there
 * were paid; it is on the list of an open invoice; the ledger names it as the one for invoices, or as one to copy. Who
 * replied to be the wrong person is hardly the right one.
 */
export function confidenceIn(address: string | undefined, customer: CustomerFacts): number {
  if (address === undefined) return 0
  const reply = customer.replies.find((one) => one.address === address)
  if (reply) return reply.outcome === 'wrong-person' ? 10 : 95
  const isMain = customer.contacts.some(({ email, role }) => email === address && role === 'main')
  const onInvoice = customer.invoices.some(({ emails }) => emails.some((email) => email.toLowerCase() === address))
  if ((isMain || onInvoice) && customer.daysLate.length > 0) return 90
  return onInvoice ? 65 : isMain ? 60 : 40
}

/** What a message to this customer is written in: what its first addressee reads, else what the customer does. */
export const languageFor = (customer: CustomerFacts, business: Pick<Business, 'language'>): 'es' | 'en' =>
  addressee(customer)?.language ?? customerLanguage(customer, business)

/** How Spanish speaks to the first addressee. */
export const treatmentFor = (customer: CustomerFacts, policy: Pick<Policy, 'treatment'>): Treatment =>
  addressee(customer)?.treatment ?? policy.treatment

function addressee(customer: CustomerFacts): ContactFacts | null {
  const [first] = recipientsOf(customer)
  return customer.contacts.find(({ email }) => email === first?.address) ?? null
}
