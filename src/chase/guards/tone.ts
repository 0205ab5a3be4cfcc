import type { MessageKind } from '../stage.ts'
import type { Finding } from './finding.ts'
import { MASK, maskAll } from './mask.ts'
import {
  ACCUSING,
  ALWAYS_THREATS,
  CONSEQUENCE_WORDS,
  type DeclaredConsequence,
  IMPERSONAL,
  LAST_NOTICE,
  TU,
  USTED,
  VAGUE,
} from './tone-words.ts'

export type ToneContext = {
  readonly language: 'es' | 'en'
  readonly treatment: 'usted' | 'tu'
  readonly kind: MessageKind
  readonly declared: readonly DeclaredConsequence[]
  /** Names, references and passages from the facts: they are not our words and are not judged. */
  readonly facts: readonly string[]
  /** What this customer was sent in this spell, subject and text, oldest first. */
  readonly earlier: readonly string[]
}

/**
 * What a polite person would not have written: a threat that nobody has declared, "last notice" again or too early,
 * shouting, accusations, deadlines without a date, both treatments at once, a greeting to nobody.
 *
 * A word list finds words, not meanings: it keeps slips and careless edits out, and does not prove a text kind.
 */
export function toneLint(text: string, subject: string, context: ToneContext): Finding[] {
  return [
    ...lintPart(subject, 'subject', context),
    ...lintPart(text, 'text', context),
    ...lastNotices(`${subject}\n${text}`, context),
  ]
}

type Where = 'subject' | 'text'

function lintPart(original: string, where: Where, context: ToneContext): Finding[] {
  const own = maskAll(original.normalize('NFKC').replace(/\p{Cf}/gu, ''), context.facts).replace(/[ \n]+/g, ' ')
  const plain = fold(own)
  const { language, declared, treatment } = context
  const found = (kind: Finding['kind'], pattern: RegExp, said: string): Finding[] =>
    [...said.matchAll(pattern)].map(([what]) => ({ kind, where, what: what.trim() }))
  const undeclared = (Object.keys(CONSEQUENCE_WORDS) as DeclaredConsequence[]).filter(
    (each) => !declared.includes(each),
  )
  return [
    ...found('threat', ALWAYS_THREATS[language], plain),
    ...undeclared.flatMap((each) => found('threat', CONSEQUENCE_WORDS[each][language], plain)),
    ...found('accusation', ACCUSING[language], plain),
    ...found('vague-deadline', VAGUE[language], plain),
    ...found('impersonal-greeting', IMPERSONAL[language], plain),
    ...found('exclamation', /[!¡\u203c\u2757\u2755\u01c3]+/gu, own),
    ...shouting(own, where),
    ...(language === 'es' ? found('mixed-treatment', treatment === 'usted' ? TU : USTED, own) : []),
  ]
}

/** Accents away, so that "ultimo aviso" is "último aviso"; ñ stays a letter of its own. */
const fold = (text: string): string =>
  text
    .replace(/[ñÑ]/g, (letter) => (letter === 'ñ' ? '\u0001' : '\u0002'))
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('\u0001', 'ñ')
    .replaceAll('\u0002', 'Ñ')

const ABBREVIATIONS: ReadonlySet<string> = new Set(['IBAN', 'SEPA', 'BACS', 'CHAPS', 'SWIFT'])

/** A word of four capitals or more, two such shorter ones in a row, or letters spelt out one by one. */
function shouting(own: string, where: Where): Finding[] {
  const words = [...own.matchAll(/(?<![\p{L}\p{N}])\p{Lu}{4,}(?![\p{L}\p{N}])/gu)].filter(
    ([word]) => !ABBREVIATIONS.has(word),
  )
  const runs = [...own.matchAll(/(?<![\p{L}\p{N}])\p{Lu}{2,3}(?:\s+\p{Lu}{2,3}){2,}(?![\p{L}\p{N}])/gu)]
  const spelt = [...own.matchAll(/(?<![\p{L}\p{N}])(?:\p{Lu}[ .]){3,}\p{Lu}(?![\p{L}\p{N}])/gu)]
  return [...words, ...runs, ...spelt].map(([what]) => ({ kind: 'capitals', where, what }))
}

function lastNotices(said: string, { language, kind, earlier, facts }: ToneContext): Finding[] {
  const pattern = LAST_NOTICE[language]
  const [here] = fold(maskAll(said, facts)).replaceAll(MASK, '').replace(/\s+/g, ' ').match(pattern) ?? []
  if (here === undefined) return []
  const before = earlier.some((message) => fold(message).replace(/\s+/g, ' ').search(pattern) >= 0)
  return [
    ...(before ? [{ kind: 'last-notice-twice', where: 'text', what: here } as const] : []),
    ...(kind === 'final' ? [] : [{ kind: 'last-notice-early', where: 'text', what: here } as const]),
  ]
}
