import type { Words } from './words/english.ts'

/** Why an account is in doubt, in words; null for a text that no guard wrote. */
export function sayBankDoubt({ law }: Words, why: string | null): string | null {
  const said = (why ?? '').split('; ').map((doubt) => {
    const [kind = '', accounts = ''] = doubt.split(': ')
    return Object.hasOwn(law.bankDoubts, kind) ? law.bankDoubts[kind as keyof typeof law.bankDoubts](accounts) : null
  })
  return said.includes(null) ? null : said.join('; ')
}
