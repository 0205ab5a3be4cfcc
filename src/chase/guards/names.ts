/**
 * Words that look like a name: they begin with a capital where no sentence begins, and are no word that the language
 * or the trade writes so. Known names have been masked before.
 */
export function strangeNames(text: string, language: 'es' | 'en'): string[] {
  const ordinary = language === 'es' ? ORDINARY_SPANISH : ORDINARY_ENGLISH
  const found: string[] = []
  for (const match of text.matchAll(/\p{Lu}[\p{L}'’]*/gu)) {
    const before = text.slice(0, match.index)
    if (/[\p{L}\p{N}]$/u.test(before) || startsSentence(before)) continue
    if (!ordinary.has(match[0].replace(/['’].*$/, ''))) found.push(match[0])
  }
  return found
}

/** At the start of a line or a quotation, or after a mark that ends a sentence or opens one. */
const startsSentence = (before: string): boolean => before === '' || /(?:^|\n|[.?!:;…]\s+|[«“"(¿¡]\s*)$/u.test(before)

const ORDINARY_SPANISH: ReadonlySet<string> = new Set(['PDF', 'IBAN', 'IVA', 'Tel', 'SEPA', 'Re'])
const ORDINARY_ENGLISH: ReadonlySet<string> = new Set(['I', 'PDF', 'PDFs', 'PO', 'IBAN', 'VAT', 'Tel', 'SEPA', 'Re'])
