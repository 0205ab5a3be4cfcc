import * as z from 'zod'
import { addressesIn } from '../addresses.ts'
import { countryCode } from '../countries.ts'
import { LedgerError, type LedgerCustomer, type LedgerPerson } from '../ledger.ts'
import { id, instantOf, reading, words, type Reading } from './values.ts'

export const readCustomer = (
  record: unknown,
  groupNames: ReadonlyMap<string, string> = new Map(),
): Reading<LedgerCustomer> =>
  reading('customer', record, 'ContactID', contact, (stated) => ({
    id: stated.ContactID,
    name: stated.Name,
    state: stated.MergedToContactID ? 'merged' : customerState(stated.ContactStatus),
    mergedIntoId: stated.MergedToContactID,
    firstName: stated.FirstName,
    people: peopleOf(stated),
    phone: phoneOf(stated.Phones),
    ...placeOf(stated.Addresses),
    groups: stated.ContactGroups.flatMap(({ ContactGroupID, Name, Status }) =>
      Status === 'DELETED' ? [] : (Name ?? groupNames.get(ContactGroupID ?? '') ?? []),
    ),
    billedToId: null,
    changedAt: stated.UpdatedDateUTC === null ? null : instantOf('UpdatedDateUTC', stated.UpdatedDateUTC),
  }))

/** Whether a list of contacts names groups by id alone, so that their names must be asked for. */
export const lacksGroupNames = (records: readonly unknown[]): boolean =>
  records.some((record) => {
    const read = groupsOfContact.safeParse(record)
    return read.success && read.data.ContactGroups.some(({ Name }) => Name === null)
  })

/** Names of contact groups by id. */
export function readGroupNames(body: unknown): ReadonlyMap<string, string> {
  const read = z.object({ ContactGroups: z.array(z.object({ ContactGroupID: id, Name: z.string() })) }).safeParse(body)
  if (!read.success) throw new LedgerError('rejected', "Xero's answer has no list of ContactGroups")
  return new Map(read.data.ContactGroups.map(({ ContactGroupID, Name }) => [ContactGroupID, Name]))
}

const listOf = <T extends z.ZodType>(item: T) => z.array(item).nullish().transform((items) => items ?? []) // prettier-ignore
const yesOrNo = z.union([z.boolean(), z.stringbool()]).nullish().catch(null)

const contact = z.object({
  ContactID: id,
  Name: z.string(),
  ContactStatus: words,
  MergedToContactID: words,
  FirstName: words,
  LastName: words,
  EmailAddress: words,
  ContactPersons: listOf(
    z.object({ FirstName: words, LastName: words, EmailAddress: words, IncludeInEmails: yesOrNo }),
  ),
  Addresses: listOf(z.object({ AddressType: words, City: words, Region: words, Country: words })),
  Phones: listOf(z.object({ PhoneType: words, PhoneNumber: words, PhoneAreaCode: words, PhoneCountryCode: words })),
  ContactGroups: listOf(z.object({ ContactGroupID: words, Name: words, Status: words })),
  UpdatedDateUTC: words,
})

const groupsOfContact = contact.pick({ ContactGroups: true })

const customerState = (status: string | null): LedgerCustomer['state'] =>
  status === 'ARCHIVED' ? 'archived' : status === 'GDPRREQUEST' ? 'deleted' : 'active'

/** The main address and the persons of a contact, whom Xero copies when the box "include in emails" is ticked. */
function peopleOf(stated: z.infer<typeof contact>): readonly LedgerPerson[] {
  const people: LedgerPerson[] = []
  const add = (field: string | null, name: string | null, role: LedgerPerson['role']): void => {
    for (const email of addressesIn(field)) {
      const known = people.some((person) => person.email.toLowerCase() === email.toLowerCase())
      if (!known) people.push({ name, email, role })
    }
  }
  add(stated.EmailAddress, nameOf(stated), 'main')
  for (const person of stated.ContactPersons.filter(({ IncludeInEmails }) => IncludeInEmails === true)) {
    add(person.EmailAddress, nameOf(person), 'copied')
  }
  for (const person of stated.ContactPersons) add(person.EmailAddress, nameOf(person), 'other')
  return people
}

const nameOf = ({ FirstName, LastName }: { FirstName: string | null; LastName: string | null }): string | null =>
  [FirstName, LastName].filter((part) => part !== null).join(' ') || null

/** The number of the first phone that has one, in the order a caller would try them. */
function phoneOf(phones: z.infer<typeof contact>['Phones']): string | null {
  const tried = ['DEFAULT', 'DDI', 'MOBILE', 'OFFICE']
  const numbers = phones
    .filter(({ PhoneType, PhoneNumber }) => PhoneNumber !== null && tried.includes(PhoneType ?? ''))
    .sort((one, other) => tried.indexOf(one.PhoneType ?? '') - tried.indexOf(other.PhoneType ?? ''))
    .map(({ PhoneCountryCode, PhoneAreaCode, PhoneNumber }) =>
      [PhoneCountryCode && `+${PhoneCountryCode.replace(/^(\+|00)/, '')}`, PhoneAreaCode, PhoneNumber]
        .filter((part) => part !== null)
        .join(' '),
    )
  return numbers[0] ?? null
}

/** Where the customer is: the postal address (POBOX in Xero's words) before the street, the first that says. */
function placeOf(addresses: z.infer<typeof contact>['Addresses']): { country: string | null; region: string | null } {
  const ordered = [...addresses].sort(
    (one, other) => Number(one.AddressType !== 'POBOX') - Number(other.AddressType !== 'POBOX'),
  )
  const country = ordered.map(({ Country }) => countryCode(Country)).find((code) => code !== null)
  return { country: country ?? null, region: ordered.find(({ Region }) => Region !== null)?.Region ?? null }
}
