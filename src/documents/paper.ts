import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Pdf from 'pdfkit'
import type { Block, Side } from './blocks.ts'
import {
  ACCENT,
  artifact,
  BODY,
  drawable,
  FIGURES,
  INK,
  makeRoom,
  PALE,
  RULE,
  SMALL,
  tagged,
  type Sheet,
} from './sheet.ts'
import { drawTable } from './table.ts'

/** What stands on every page and in the file's own description, besides the blocks. */
export type Paper = {
  readonly language: 'es' | 'en'
  /** The file's title, which readers show instead of its name. */
  readonly title: string
  /** Whose letter it is: name in the head, details small beside it. */
  readonly from: { readonly name: string; readonly details: readonly string[] }
  /** At the foot of every page, before "page 1 of 2". */
  readonly footer: string
  /** The file's date. The wall clock would make two copies of one document differ. */
  readonly madeAt: Temporal.Instant
  /** Across every page and in a band at its top, until a person has approved the document. */
  readonly draftMark: { readonly word: string; readonly sentence: string } | null
}

/**
 * Draws an A4 document, tagged for screen readers, its text selectable, its fonts inside.
 *
 * Equal paper and blocks give equal bytes. What the fonts cannot draw becomes `REPLACEMENT`; see `undrawable`.
 */
export async function drawPaper(paper: Paper, blocks: readonly Block[]): Promise<Uint8Array> {
  const madeAt = new Date(paper.madeAt.epochMilliseconds)
  const pdf = new Pdf({
    size: 'A4',
    margins: { top: paper.draftMark ? MARGIN + BAND : MARGIN, bottom: FOOT, left: MARGIN, right: MARGIN },
    bufferPages: true,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: paper.language,
    info: {
      Title: drawable(paper.title),
      Author: drawable(paper.from.name),
      Creator: 'Puntual',
      CreationDate: madeAt,
      ModDate: madeAt,
    },
  })
  const chunks: Uint8Array[] = []
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
  pdf.registerFont('plain', FONTS.plain)
  pdf.registerFont('strong', FONTS.strong)
  const root = pdf.struct('Document')
  pdf.addStructure(root)
  const sheet: Sheet = { pdf, root, left: MARGIN, right: pdf.page.width - MARGIN, bottom: pdf.page.height - FOOT }
  drawHead(sheet, paper)
  blocks.forEach((block, at) => drawBlock(sheet, block, blocks[at + 1]))
  root.end()
  drawEveryPage(sheet, paper)
  pdf.end()
  return await finished
}

const DRAFT = '#a4271d'

/** About 21 mm. */
const MARGIN = 60
const FOOT = 64
const BAND = 8

const font = (file: string): Buffer => readFileSync(fileURLToPath(new URL(`fonts/${file}`, import.meta.url)))

const FONTS = { plain: font('SourceSans3-Regular.ttf'), strong: font('SourceSans3-SemiBold.ttf') }

function drawHead(sheet: Sheet, { from }: Paper): void {
  const { pdf, left, right } = sheet
  const top = pdf.y
  const width = (right - left) * 0.5
  tagged(sheet, 'P', () => {
    pdf.font('strong').fontSize(15).fillColor(ACCENT).text(drawable(from.name), left, top, { width, lineGap: 0 })
  })
  const afterName = pdf.y
  tagged(sheet, 'P', () => {
    pdf.font('plain').fontSize(SMALL).fillColor(PALE)
    pdf.text(from.details.map(drawable).join('\n'), right - width, top + 2, { width, align: 'right', lineGap: 1.5 })
  })
  const y = Math.max(afterName, pdf.y) + 10
  artifact(sheet, () => pdf.moveTo(left, y).lineTo(right, y).lineWidth(0.75).stroke(RULE))
  pdf.x = left
  pdf.y = y + 18
}

function drawBlock(sheet: Sheet, block: Block, next: Block | undefined): void {
  const { pdf, left, right } = sheet
  const width = right - left
  pdf.x = left
  switch (block.is) {
    case 'title':
      makeRoom(sheet, 60)
      pdf.y += 6
      tagged(sheet, 'H1', () => {
        pdf.font('strong').fontSize(16).fillColor(INK).text(drawable(block.text), left, pdf.y, { width, lineGap: 1 })
      })
      pdf.y += 8
      break
    case 'heading':
      // A heading never stands alone at the foot of a page.
      makeRoom(sheet, 30 + roomFor(next))
      pdf.y += 8
      tagged(sheet, 'H2', () => {
        pdf.font('strong').fontSize(11).fillColor(ACCENT).text(drawable(block.text), left, pdf.y, { width })
      })
      pdf.y += 3
      break
    case 'paragraph': {
      const small = block.weight === 'small'
      pdf.font(block.weight === 'strong' ? 'strong' : 'plain').fontSize(small ? SMALL : BODY)
      const text = drawable(block.text)
      // Short paragraphs move to the next page whole rather than leave a line behind.
      makeRoom(sheet, Math.min(pdf.heightOfString(text, { width, lineGap: LINE_GAP }), 44))
      tagged(sheet, 'P', () => {
        pdf.fillColor(small ? PALE : INK).text(text, left, pdf.y, { width, lineGap: LINE_GAP })
      })
      pdf.y += small ? 4 : 7
      break
    }
    case 'list':
      drawList(sheet, block.items)
      break
    case 'facts':
      drawFacts(sheet, block.rows, block.strongLast ?? false)
      break
    case 'sides':
      drawSides(sheet, block.sides)
      break
    case 'table':
      drawTable(sheet, block)
      break
    case 'signature':
      drawSignature(sheet, block.close, block.lines)
      break
    case 'new-page':
      pdf.addPage()
      break
    default:
      block satisfies never
  }
}

const LINE_GAP = 2.2

/** How much of what follows has to stand on the same page as its heading. */
function roomFor(next: Block | undefined): number {
  if (next?.is === 'facts') return next.rows.length * 16
  if (next?.is === 'list') return Math.min(next.items.length, 5) * 16
  return next?.is === 'table' ? 62 : 32
}

function drawList(sheet: Sheet, items: readonly string[]): void {
  const { pdf, left, right } = sheet
  const indent = 13
  const list = pdf.struct('L')
  sheet.root.add(list)
  for (const item of items) {
    const width = right - left - indent
    pdf.font('plain').fontSize(BODY)
    makeRoom(sheet, Math.min(pdf.heightOfString(drawable(item), { width, lineGap: LINE_GAP }), 44))
    const y = pdf.y
    const row = pdf.struct('LI')
    list.add(row)
    const box = item.startsWith('☐ ')
    tagged(
      sheet,
      'Lbl',
      () => {
        if (box)
          pdf
            .rect(left + 0.5, y + 2.5, 7, 7)
            .lineWidth(0.7)
            .stroke(PALE)
        else pdf.fillColor(PALE).text('–', left, y, { lineBreak: false })
      },
      row,
    )
    tagged(
      sheet,
      'LBody',
      () => {
        pdf.fillColor(INK).text(drawable(box ? item.slice(2) : item), left + indent, y, { width, lineGap: LINE_GAP })
      },
      row,
    )
    row.end()
    pdf.y += box ? 5 : 2.5
  }
  list.end()
  pdf.x = left
  pdf.y += 5
}

function drawFacts(sheet: Sheet, rows: readonly (readonly [string, string])[], strongLast: boolean): void {
  const { pdf, left } = sheet
  const labels = 170
  const figures = 110
  rows.forEach(([label, value], at) => {
    const strong = strongLast && at === rows.length - 1
    // The lines of one sum stay together.
    makeRoom(sheet, strongLast ? (rows.length - at) * 16 + 6 : 16)
    if (strong) {
      const y = pdf.y + 1
      artifact(sheet, () =>
        pdf
          .moveTo(left, y)
          .lineTo(left + labels + figures, y)
          .lineWidth(1)
          .stroke(PALE),
      )
      pdf.y = y + 4
    }
    const y = pdf.y
    tagged(sheet, 'P', () => {
      pdf.font(strong ? 'strong' : 'plain').fontSize(BODY)
      pdf.fillColor(strong ? INK : PALE).text(drawable(label), left, y, { width: labels, lineBreak: false })
      pdf.fillColor(INK)
      pdf.text(drawable(value), left + labels, y, { width: figures, align: 'right', features: FIGURES })
    })
    pdf.y += 2.5
  })
  pdf.x = left
  pdf.y += 6
}

function drawSides(sheet: Sheet, sides: readonly [Side, Side]): void {
  const { pdf, left, right } = sheet
  const width = (right - left) / 2 - 10
  const top = pdf.y + 5
  const ends = sides.map(({ label, lines }, at) => {
    const x = at === 0 ? left : right - width
    tagged(sheet, 'P', () => {
      pdf.font('plain').fontSize(SMALL).fillColor(PALE).text(drawable(label), x, top, { width })
      lines.forEach((line, row) => {
        pdf
          .font(row === 0 ? 'strong' : 'plain')
          .fontSize(BODY)
          .fillColor(INK)
        pdf.text(drawable(line), x, pdf.y + (row === 0 ? 1 : 0), { width, lineGap: 1 })
      })
    })
    return pdf.y
  })
  pdf.x = left
  pdf.y = Math.max(...ends) + 14
}

function drawSignature(sheet: Sheet, close: string, lines: readonly string[]): void {
  const { pdf, left, right } = sheet
  makeRoom(sheet, 84 + lines.length * 14)
  tagged(sheet, 'P', () => {
    pdf
      .font('plain')
      .fontSize(BODY)
      .fillColor(INK)
      .text(drawable(close), left, pdf.y + 4)
  })
  pdf.y += 44
  const y = pdf.y
  artifact(sheet, () =>
    pdf
      .moveTo(left, y)
      .lineTo(left + 190, y)
      .lineWidth(0.5)
      .stroke(PALE),
  )
  pdf.y = y + 5
  tagged(sheet, 'P', () => {
    lines.forEach((line, row) => {
      pdf
        .font(row === 0 ? 'strong' : 'plain')
        .fontSize(BODY)
        .fillColor(INK)
      pdf.text(drawable(line), left, pdf.y, { width: right - left, lineGap: 1 })
    })
  })
  pdf.y += 12
}

function drawEveryPage(sheet: Sheet, paper: Paper): void {
  const { pdf, left, right } = sheet
  const { count } = pdf.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page)
    // Text below the margin would begin a new page.
    pdf.page.margins.bottom = 0
    pdf.page.margins.top = 0
    artifact(sheet, () => {
      const y = pdf.page.height - 42
      pdf
        .moveTo(left, y - 8)
        .lineTo(right, y - 8)
        .lineWidth(0.5)
        .stroke(RULE)
      pdf.font('plain').fontSize(8).fillColor(PALE)
      pdf.text(drawable(paper.footer), left, y, { width: right - left - 90, height: 11, ellipsis: true })
      const place = paper.language === 'es' ? `Página ${page + 1} de ${count}` : `Page ${page + 1} of ${count}`
      pdf.text(place, right - 90, y, { width: 90, align: 'right', lineBreak: false })
    })
    if (paper.draftMark) drawDraftMark(sheet, paper.draftMark)
  }
}

function drawDraftMark(sheet: Sheet, { word, sentence }: NonNullable<Paper['draftMark']>): void {
  const { pdf } = sheet
  const { width, height } = pdf.page
  artifact(sheet, () => {
    pdf.rect(0, 0, width, 24).fill(DRAFT)
    pdf.font('strong').fontSize(9).fillColor('#ffffff')
    pdf.text(drawable(`${word} · ${sentence}`), 0, 6.5, { width, align: 'center', lineBreak: false })
    pdf.save()
    pdf.rotate(-52, { origin: [width / 2, height / 2] }).fillOpacity(0.06)
    pdf.font('strong').fontSize(130).fillColor(DRAFT)
    pdf.text(drawable(word), -200, height / 2 - 80, { width: width + 400, align: 'center', lineBreak: false })
    pdf.restore()
  })
}
