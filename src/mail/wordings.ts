import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Liquid, Template } from 'liquidjs'
import type { Stage } from '../chase/standing.ts'
import type { Language } from './format.ts'
import { createEngine } from './layout.ts'

export const STAGES: readonly Stage[] = ['before-due', 'due-day', 'first-overdue', 'firm', 'serious', 'final']
export const LANGUAGES: readonly Language[] = ['es', 'en']

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
  readonly idsOf: (stage: Stage, language: Language) => readonly string[]
  readonly fill: (id: string, words: Words) => Wording
  /** A shared phrase of templates/<language>/common.txt. */
  readonly phrase: (language: Language, name: string, words: Words) => string
}

/**
 * Loads the wordings of every stage and language.
 *
 * A stage's file has openings (with the subject, for one invoice and for several), asks and closings. Each
 * opening goes with each ask and each closing: three of each make 27 texts per stage and language.
 */
export async function loadWordings(templatesDir: string): Promise<Wordings> {
  const engine = createWordingEngine()
  const files = new Map<string, ReadonlyMap<string, Section>>()
  for (const language of LANGUAGES) {
    for (const name of [...STAGES, 'common']) {
      const path = join(templatesDir, language, `${name}.txt`)
      files.set(`${name}.${language}`, readSections(engine, await readFile(path, 'utf8'), path))
    }
  }
  const section = (file: string, name: string): Section => {
    const found = files.get(file)?.get(name)
    if (!found) throw new Error(`no wording "${name}" in ${file}`)
    return found
  }
  const fillAll = (texts: readonly Text[], words: Words): string[] => texts.map((text) => fillOne(engine, text, words))

  return {
    idsOf: (stage, language) => combinations(stage, language, files.get(`${stage}.${language}`) ?? new Map()),
    fill(id, words) {
      const [stage = '', language = '', choice = ''] = id.split('.')
      const file = `${stage}.${language}`
      const opening = section(file, `opening ${choice[0]}${words['many'] === true ? ', several' : ''}`)
      if (!opening.subject) throw new Error(`the opening of ${id} has no subject`)
      return {
        subject: fillOne(engine, opening.subject, words),
        opening: fillAll(opening.paragraphs, words),
        ask: fillAll(section(file, `ask ${choice[1]}`).paragraphs, words),
        after: fillAll(files.get(file)?.get(`after ${choice[1]}`)?.paragraphs ?? [], words),
        closing: fillAll(section(file, `closing ${choice[2]}`).paragraphs, words),
      }
    },
    phrase: (language, name, words) => fillAll(section(`common.${language}`, name).paragraphs, words).join(' '),
  }
}

/**
 * Picks a wording for one customer.
 *
 * One they never had comes before any they had; of those, the one that shares least with what they had, so that the
 * second message has another opening, another question and another close. When they had all, the one they had
 * longest ago. `used` is oldest first. The seed settles the rest: the same chase always gets the same text.
 */
export function pickWording(ids: readonly string[], used: readonly string[], seed: string): string {
  const start = createHash('sha256').update(seed).digest().readUInt32BE()
  const ranked = [...ids]
    .sort()
    .map((id, at) => ({
      id,
      lastUse: used.lastIndexOf(id),
      shared: used.reduce((sum, past) => sum + sharedParts(id, past), 0),
      order: (start + at) % ids.length,
    }))
    .sort((a, b) => a.lastUse - b.lastUse || a.shared - b.shared || a.order - b.order)
  const [best] = ranked
  if (!best) throw new Error('no wordings to pick from')
  return best.id
}

function sharedParts(id: string, other: string): number {
  const start = id.lastIndexOf('.') + 1
  if (id.slice(0, start) !== other.slice(0, start)) return 0
  let shared = 0
  for (let at = start; at < id.length; at++) if (id[at] === other[at]) shared++
  return shared
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

function combinations(stage: Stage, language: Language, sections: ReadonlyMap<string, Section>): string[] {
  const keysOf = (kind: string): string[] =>
    [...sections.keys()]
      .filter((name) => name.startsWith(`${kind} `) && name.length === kind.length + 2)
      .map((name) => name.slice(-1))
  return keysOf('opening').flatMap((opening) =>
    keysOf('ask').flatMap((ask) =>
      keysOf('closing').map((closing) => `${stage}.${language}.${opening}${ask}${closing}`),
    ),
  )
}

const readText = (engine: Liquid, text: string): Text => (text.includes('{') ? engine.parse(text) : text)

const fillOne = (engine: Liquid, text: Text, words: Words): string =>
  typeof text === 'string' ? text : String(engine.renderSync(text, words)).trim()
