import { type FoundIban, findIbans } from './iban.ts'

/** Where an account was read. Null: not known, or nothing sent yet. */
export type AccountSources = {
  /** The payment details that a person of the business confirmed. */
  readonly confirmed: string | null
  /** What the last message to this customer printed. */
  readonly lastMessage: string | null
  /** The business's accounts as the ledger gives them (one or several), or a text with them in. */
  readonly ledger: readonly string[]
  /** Texts of the invoices' PDFs. */
  readonly documents: readonly string[]
}

export type AccountDoubt = {
  readonly kind: 'bad-check-digits' | 'changed-since-last-message' | 'ledger-differs' | 'document-differs'
  /** Accounts concerned, all but the country and the last four hidden: this is shown and logged. */
  readonly accounts: readonly string[]
}

/**
 * Whether everything to a customer must wait for a person, because the account it is asked to pay to is in doubt.
 *
 * Accounts are IBANs, and in the UK sort code and number. A place that names none raises no doubt; one that names an
 * account which the confirmed details do not have raises one, also when they have none at all.
 */
export function judgeAccounts(sources: AccountSources): { readonly holds: boolean; readonly doubts: AccountDoubt[] } {
  const { ledger, documents } = sources
  const texts = [sources.confirmed ?? '', sources.lastMessage ?? '', ...ledger, ...documents]
  const wrong = [
    ...new Set(
      texts
        .flatMap(findIbans)
        .filter(isWrong)
        .map(({ iban }) => iban),
    ),
  ]
  const confirmed = accountsIn(sources.confirmed ?? '')
  const last = accountsIn(sources.lastMessage ?? '')
  const doubts: AccountDoubt[] = []
  const doubt = (kind: AccountDoubt['kind'], accounts: readonly string[]): void => {
    if (accounts.length > 0) doubts.push({ kind, accounts: accounts.map(hidden) })
  }
  doubt('bad-check-digits', wrong)
  doubt('changed-since-last-message', last.length === 0 ? [] : notIn(confirmed, last).concat(notIn(last, confirmed)))
  doubt('ledger-differs', notIn([...new Set(ledger.flatMap(accountsIn))], confirmed))
  doubt('document-differs', notIn([...new Set(documents.flatMap(accountsIn))], confirmed))
  return { holds: doubts.length > 0, doubts }
}

const isWrong = ({ valid }: FoundIban): boolean => !valid

/**
 * The accounts of documents that speak for or against a message. They are held against the details that the business
 * confirmed; where it has confirmed no account and the message says "as printed on the invoice", against those of the
 * invoices that went with the last message.
 */
export function documentsToJudge(
  documents: readonly string[],
  { confirmed, before }: { readonly confirmed: string | null; readonly before: readonly string[] },
): readonly string[] {
  if (accountsIn(confirmed ?? '').length > 0) return documents
  return before.length === 0 ? [] : notIn(documents, before)
}

/** The accounts in a text: IBANs without spaces, and UK sort code and number as "200000-12345678". */
export function accountsIn(text: string): string[] {
  const plain = text.normalize('NFKC').replace(/\p{Cf}/gu, '')
  const british = [...plain.matchAll(SORT_CODE)].map(
    ([, a = '', b = '', c = '', number = '']) => `${a}${b}${c}-${number.replace(/[ -]/, '')}`,
  )
  return [...new Set([...findIbans(plain).map(({ iban }) => iban), ...british])]
}

const SORT_CODE = /(?<!\d)(\d{2})[- ](\d{2})[- ](\d{2})(?!\d)[^\d]{1,40}(\d{4}[ -]?\d{4})(?!\d)/g

const notIn = (some: readonly string[], others: readonly string[]): string[] =>
  some.filter((account) => !others.some((other) => sameAccount(account, other)))

/** A UK IBAN ends in the sort code and number it stands for. */
const sameAccount = (one: string, other: string): boolean =>
  one === other || (isBritishIban(one) ? british(one) === other : isBritishIban(other) && british(other) === one)

const isBritishIban = (account: string): boolean => /^GB\d{2}[A-Z]{4}\d{14}$/.test(account)
const british = (iban: string): string => `${iban.slice(8, 14)}-${iban.slice(14)}`

const hidden = (account: string): string => `${/^[A-Z]{2}/.exec(account)?.[0] ?? ''}…${account.slice(-4)}`
