import * as z from 'zod'
import { addressesIn } from '../addresses.ts'
import { countryCode } from '../countries.ts'
import { LedgerError, type LedgerCustomer, type LedgerPerson } from '../ledger.ts'
import { id, instantOf, reading, text, textAt, wordsOf, type Reading } from './values.ts'

/** A customer, with the people its mails go to. `groupNames` names the groups that come with an id alone. */
export const readCustomer = (
  record: unknown,
  groupNames: ReadonlyMap<string, string> = new Map(),
): Reading<LedgerCustomer> =>
  reading('customer', record, 'ContactID', contact, (stated) => ({
    id: stated.ContactID,
    name: stated.Name,
    state: wordsOf(stated.MergedToContactID) ? 'merged' : customerState(stated.ContactStatus),
    mergedIntoId: wordsOf(stated.MergedToContactID),
    firstName: wordsOf(stated.FirstName),
    people: peopleOf(stated),
    phone: phoneOf(stated.Phones),
    ...placeOf(stated.Addresses),
    groups: stated.ContactGroups.flatMap(({ ContactGroupID, Name, Status }) =>
      Status === 'DELETED' ? [] : (wordsOf(Name) ?? groupNames.get(ContactGroupID ?? '') ?? []),
    ),
    billedToId: null,
    changedAt: stated.UpdatedDateUTC ? instantOf('UpdatedDateUTC', stated.UpdatedDateUTC) : null,
  }))

/** Whether a list of contacts names groups by id alone, so that their names must be asked for. */
export const lacksGroupNames = (records: readonly unknown[]): boolean =>
  records.some((record) => {
    const groups = groupsOf(record)
    return groups.some((group) => textAt(group, 'Name') === null)
  })

const groupsOf = (record: unknown): readonly unknown[] =>
  typeof record === 'object' && record !== null && 'ContactGroups' in record && Array.isArray(record.ContactGroups)
    ? record.ContactGroups
    : []

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
  ContactStatus: text,
  MergedToContactID: text,
  FirstName: text,
  LastName: text,
  EmailAddress: text,
  ContactPersons: listOf(z.object({ FirstName: text, LastName: text, EmailAddress: text, IncludeInEmails: yesOrNo })),
  Addresses: listOf(z.object({ AddressType: text, City: text, Region: text, Country: text })),
  Phones: listOf(z.object({ PhoneType: text, PhoneNumber: text, PhoneAreaCode: text, PhoneCountryCode: text })),
  ContactGroups: listOf(z.object({ ContactGroupID: text, Name: text, Status: text })),
  UpdatedDateUTC: text,
})

const customerState = (status: Text): LedgerCustomer['state'] =>
  status === 'ARCHIVED' ? 'archived' : status === 'GDPRREQUEST' ? 'deleted' : 'active'

/** The main address and the persons of a contact, whom Xero copies when the box "include in emails" is ticked. */
function peopleOf(stated: z.infer<typeof contact>): readonly LedgerPerson[] {
  const people: LedgerPerson[] = []
  const add = (field: Text, name: string | null, role: LedgerPerson['role']): void => {
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

type Text = string | null | undefined

const nameOf = ({ FirstName, LastName }: { FirstName?: Text; LastName?: Text }): string | null =>
  joined(FirstName, LastName)

const joined = (...parts: readonly Text[]): string | null =>
  parts
    .map(wordsOf)
    .filter((part) => part !== null)
    .join(' ') || null

/** The number of the first phone that has one, in the order a caller would try them. */
function phoneOf(phones: z.infer<typeof contact>['Phones']): string | null {
  const tried = ['DEFAULT', 'DDI', 'MOBILE', 'OFFICE']
  const [first] = phones
    .filter(({ PhoneType, PhoneNumber }) => wordsOf(PhoneNumber) !== null && tried.includes(PhoneType ?? ''))
    .sort((one, other) => tried.indexOf(one.PhoneType ?? '') - tried.indexOf(other.PhoneType ?? ''))
  if (!first) return null
  const country = wordsOf(first.PhoneCountryCode)
    ?.replace(/^(\+|00)/, '+')
    .replace(/^(?!\+)/, '+')
  return joined(country, first.PhoneAreaCode, first.PhoneNumber)
}

/** Where the customer is: the postal address (POBOX in Xero's words) before the street, the first that says. */
function placeOf(addresses: z.infer<typeof contact>['Addresses']): { country: string | null; region: string | null } {
  const ordered = [...addresses].sort(
    (one, other) => Number(one.AddressType !== 'POBOX') - Number(other.AddressType !== 'POBOX'),
  )
  const country = ordered.map(({ Country }) => countryCode(Country)).find((code) => code !== null)
  return { country: country ?? null, region: wordsOf(ordered.find(({ Region }) => wordsOf(Region) !== null)?.Region) }
}
