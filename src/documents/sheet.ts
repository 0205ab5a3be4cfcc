/** What is being drawn on. */
export type Sheet = {
  readonly pdf: PDFKit.PDFDocument
  readonly root: PDFKit.PDFStructureElement
  readonly left: number
  readonly right: number
  /** Below this, only the foot of the page. */
  readonly bottom: number
}

export const INK = '#1b2330'
export const PALE = '#5a6473'
export const RULE = '#cfd5de'
export const SHADE = '#f1f4f8'
export const ACCENT = '#24507c'
export const BODY = 10
export const SMALL = 8.5

/** Stands for a character that the fonts lack. */
export const REPLACEMENT = '□'

/** The characters of a text that the fonts cannot draw, each once: a name with one in it has to be seen to by a person. */
export function undrawable(text: string): string[] {
  return [...new Set(cleaned(text))].filter((character) => !canDraw(character))
}

/** Text on one line as it can be drawn: no control or invisible characters, composed accents, replaced what is lacking. */
export function drawable(text: string): string {
  return Array.from(cleaned(text), (character) => (canDraw(character) ? character : REPLACEMENT)).join('')
}

const cleaned = (text: string): string =>
  text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    // Amounts come with narrow no-break spaces in some locales; the fonts have the ordinary one.
    .replaceAll('\u202f', '\u00a0')
    .trim()

// Source Sans 3 covers these scripts whole. What it has of others is too little to spell a name with.
const canDraw = (character: string): boolean =>
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\u0020-\u007e\u00a0-\u00bf×÷–—‘’‚“”„†‡•…‰‹›€£¥™№−≤≥□☐]/u.test(
    character,
  )

/** Draws under one tag of the document's structure. */
export function tagged(
  sheet: Sheet,
  tag: string,
  draw: () => void,
  parent: PDFKit.PDFStructureElement = sheet.root,
): void {
  parent.add(sheet.pdf.struct(tag, {}, [draw]))
}

/** Begins a new page unless so many points are left on this one. */
export function makeRoom(sheet: Sheet, points: number): void {
  if (sheet.pdf.y + points > sheet.bottom) sheet.pdf.addPage()
}

/** Figures of one width, so that amounts stand under each other. */
export const FIGURES: PDFKit.Mixins.OpenTypeFeatures[] = ['tnum', 'lnum', 'kern']

/** What is there for the eye only: screen readers pass over it. */
export function artifact({ pdf }: Sheet, draw: () => void): void {
  const { x, y } = pdf
  pdf.markContent('Artifact', { type: 'Layout' })
  draw()
  pdf.endMarkedContent()
  pdf.x = x
  pdf.y = y
}
