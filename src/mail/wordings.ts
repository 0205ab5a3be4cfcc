import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Liquid, Template } from 'liquidjs'
import { type MessageKind, NOTICES, STAGES } from '../chase/stage.ts'
import type { Language } from './format.ts'
import { createEngine } from './layout.ts'
import type { Treatment } from './message-facts.ts'

export const LANGUAGES: readonly Language[] = ['es', 'en']
export const MESSAGE_KINDS: readonly MessageKind[] = [...STAGES, ...NOTICES]

/** What a wording may refer to: text that is already clean and formatted, never a record. */
export type Words = Readonly<Record<string, string | number | boolean | null>>

/** One wording as it reads with these words, paragraph by paragraph. */
export type Wording = {
  readonly subject: string
  readonly opening: readonly string[]
  readonly ask: readonly string[]
  /** What comes of it, and what help there is: after the invoices, in the later stages only. */
  readonly after: readonly string[]
  readonly closing: readonly string[]
}

export type Wordings = {
  /** Every wording there is for a stage, as ids such as "firm.es.2ac": opening 2, ask a, closing c. */
  readonly idsOf: (kind: MessageKind, language: Language) => readonly string[]
  readonly fill: (id: string, treatment: Treatment, words: Words) => Wording
  /** A shared phrase of templates/<language>/common.txt. */
  readonly phrase: (language: Language, treatment: Treatment, name: string, words: Words) => string
}

/**
 * Loads the wordings of every kind of message and language.
 *
 * A file has openings (with the subject, for one invoice and for several), asks and closings; a message that asks
 * for nothing has no asks. Each opening goes with each ask and each closing: three of each make 27 texts.
 *
 * Spanish is loaded twice from the same file, once for each treatment, and a message is filled from one of the two:
 * see `inTreatment`.
 */
export async function loadWordings(templatesDir: string): Promise<Wordings> {
  const engine = createWordingEngine()
  const files = new Map<string, ReadonlyMap<string, Section>>()
  for (const language of LANGUAGES) {
    for (const name of [...MESSAGE_KINDS, 'common']) {
      const path = join(templatesDir, language, `${name}.txt`)
      const text = await readFile(path, 'utf8')
      for (const treatment of TREATMENTS) {
        files.set(`${name}.${language}.${treatment}`, readSections(engine, inTreatment(text, treatment, path), path))
      }
    }
  }
  const section = (file: string, name: string): Section => {
    const found = files.get(file)?.get(name)
    if (!found) throw new Error(`no wording "${name}" in ${file}`)
    return found
  }
  const fillAll = (texts: readonly Text[], words: Words): string[] =>
    texts.map((text) => fillOne(engine, text, words)).filter((text) => text !== '')

  return {
    idsOf: (kind, language) => combinations(kind, language, files.get(`${kind}.${language}.usted`) ?? new Map()),
    fill(id, treatment, words) {
      const [kind = '', language = '', choice = ''] = id.split('.')
      const file = `${kind}.${language}.${treatment}`
      const several = `opening ${choice[0]}, several`
      const opening =
        words['many'] === true && files.get(file)?.has(several)
          ? section(file, several)
          : section(file, `opening ${choice[0]}`)
      if (!opening.subject) throw new Error(`the opening of ${id} has no subject`)
      return {
        subject: fillOne(engine, opening.subject, words),
        opening: fillAll(opening.paragraphs, words),
        ask: choice[1] === NO_ASK ? [] : fillAll(section(file, `ask ${choice[1]}`).paragraphs, words),
        after: fillAll(files.get(file)?.get(`after ${choice[1]}`)?.paragraphs ?? [], words),
        closing: fillAll(section(file, `closing ${choice[2]}`).paragraphs, words),
      }
    },
    phrase: (language, treatment, name, words) =>
      fillAll(section(`common.${language}.${treatment}`, name).paragraphs, words).join(' '),
  }
}

/**
 * Picks a wording for one customer.
 *
 * One they never had comes before any they had; of those, the one that shares least with what they had, the latest
 * counting most, so that the second message has another opening, another question and another close. When they had
 * all, the one they had longest ago. `used` is oldest first. The seed settles the rest: the same chase always gets the same text.
 */
export function pickWording(ids: readonly string[], used: readonly string[], seed: string): string {
  const start = createHash('sha256').update(seed).digest().readUInt32BE()
  const ranked = [...ids]
    .sort()
    .map((id, at) => ({
      id,
      lastUse: used.lastIndexOf(id),
      shared: sharedWith(id, used),
      order: (start + at) % ids.length,
    }))
    .sort((a, b) => a.lastUse - b.lastUse || a.shared - b.shared || a.order - b.order)
  const [best] = ranked
  if (!best) throw new Error('no wordings to pick from')
  return best.id
}

/** How much an id shares with those before, each counting half of the one after it. */
const sharedWith = (id: string, used: readonly string[]): number =>
  used.reduce((sum, past) => sum / 2 + sharedParts(id, past), 0)

/** A reader recognises an opening before a question, and a question before a close. */
const PART_WEIGHTS = [3, 2, 1]

function sharedParts(id: string, other: string): number {
  const start = id.lastIndexOf('.') + 1
  if (id.slice(0, start) !== other.slice(0, start)) return 0
  let shared = 0
  for (let at = start; at < id.length; at++) if (id[at] === other[at]) shared += PART_WEIGHTS[at - start] ?? 0
  return shared
}

const TREATMENTS: readonly Treatment[] = ['usted', 'tu']
/** In an id, of a message that has no asks: "thank-you.es.1-a". */
const NO_ASK = '-'

/**
 * The text as it speaks to usted or to tú. Where the two differ a file has both, as in "[le/te] escribo"; one pass
 * settles all of them, so no message can be made of both. Throws where a bracket does not hold exactly two forms.
 */
export function inTreatment(text: string, treatment: Treatment, path: string): string {
  const settled = text.replace(/\[([^[\]/]*)\/([^[\]/]*)\]/g, treatment === 'usted' ? '$1' : '$2')
  const left = settled.split('\n').find((line) => line.includes('[') || line.includes(']'))
  if (left !== undefined) throw new Error(`${path} has a bracket without two forms: ${left}`)
  return settled
}

/** A text with places to fill, or one without any, which needs no filling. */
type Text = string | Template[]
type Section = { readonly subject: Text | null; readonly paragraphs: readonly Text[] }

function createWordingEngine(): Liquid {
  const engine = createEngine(false)
  // 'one|several' | number: the form for one invoice or for several; for another count, number: count.
  engine.registerFilter('number', function (forms: unknown, count?: unknown) {
    const [one = '', several = ''] = String(forms).split('|')
    const many = count === undefined ? this.context.getSync(['many']) === true : count !== 1
    return many ? several : one
  })
  engine.registerFilter('upfirst', (text: unknown) => changeFirst(String(text), (first) => first.toLocaleUpperCase()))
  engine.registerFilter('downfirst', (text: unknown) => changeFirst(String(text), (first) => first.toLocaleLowerCase()))
  return engine
}

const changeFirst = (text: string, change: (first: string) => string): string =>
  change(text.slice(0, 1)) + text.slice(1)

/** Reads "== name ==" sections: an optional "subject:" line, then paragraphs parted by blank lines. */
function readSections(engine: Liquid, text: string, path: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>()
  const [before = '', ...parts] = text.split(/^== (.+) ==$/m)
  if (before.trim() !== '') throw new Error(`${path} has text before its first section`)
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const name = (parts[at] ?? '').trim()
    const subject = /^subject: (.+)$/m.exec(parts[at + 1] ?? '')
    const body = (parts[at + 1] ?? '').replace(/^subject: .+$/m, '')
    const paragraphs = body
      .split(/\n\s*\n/)
      .map((paragraph) => paragraph.trim().replaceAll('\n', ' '))
      .filter((paragraph) => paragraph !== '')
    if (sections.has(name)) throw new Error(`${path} has "${name}" twice`)
    sections.set(name, {
      subject: subject?.[1] === undefined ? null : readText(engine, subject[1]),
      paragraphs: paragraphs.map((paragraph) => readText(engine, paragraph)),
    })
  }
  return sections
}

function combinations(kind: MessageKind, language: Language, sections: ReadonlyMap<string, Section>): string[] {
  const keysOf = (part: string): string[] =>
    [...sections.keys()]
      .filter((name) => name.startsWith(`${part} `) && name.length === part.length + 2)
      .map((name) => name.slice(-1))
  const asks = keysOf('ask')
  return keysOf('opening').flatMap((opening) =>
    (asks.length > 0 ? asks : [NO_ASK]).flatMap((ask) =>
      keysOf('closing').map((closing) => `${kind}.${language}.${opening}${ask}${closing}`),
    ),
  )
}

const readText = (engine: Liquid, text: string): Text => (text.includes('{') ? engine.parse(text) : text)

const fillOne = (engine: Liquid, text: Text, words: Words): string =>
  typeof text === 'string' ? text : String(engine.renderSync(text, words)).trim()
