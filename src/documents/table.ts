import type { Column, Table } from './blocks.ts'
import { artifact, drawable, FIGURES, INK, makeRoom, PALE, RULE, SHADE, SMALL, tagged, type Sheet } from './sheet.ts'

/**
 * Draws a table over as many pages as it needs. Its head is repeated on each, no row is torn apart, and the totals
 * take the last row, and the first notes, with them to a new page.
 */
export function drawTable(sheet: Sheet, table: Table): void {
  const { pdf, left } = sheet
  const places = placesOf(sheet, table.columns)
  const element = pdf.struct('Table')
  sheet.root.add(element)
  const heights = table.rows.map((row) => rowHeight(sheet, places, row, 'plain'))
  const foot = table.foot ?? []
  const footHeight =
    foot.reduce((sum, row) => sum + rowHeight(sheet, places, row, 'strong'), 0) +
    (table.notes ?? []).slice(0, 2).reduce((sum, note) => sum + noteHeight(sheet, note), 0)
  const headHeight = rowHeight(sheet, places, titlesOf(table), 'strong')

  makeRoom(sheet, headHeight + (heights[0] ?? 0) + (heights.length <= 1 ? footHeight : 0))
  drawRow(sheet, element, places, titlesOf(table), 'head')
  table.rows.forEach((row, at) => {
    const isLast = at === table.rows.length - 1
    const needed = (heights[at] ?? 0) + (isLast ? footHeight : 0)
    if (pdf.y + needed > sheet.bottom) {
      pdf.addPage()
      drawRow(sheet, element, places, titlesOf(table), 'repeated-head')
    }
    drawRow(sheet, element, places, row, 'body')
  })
  foot.forEach((row, at) => drawRow(sheet, element, places, row, at === 0 ? 'foot' : 'next-foot'))
  element.end()

  pdf.x = left
  pdf.y += 5
  for (const note of table.notes ?? []) drawNote(sheet, note)
  pdf.y += 7
}

const PADDING = 4.5

type Place = Column & { readonly x: number; readonly width: number }

const titlesOf = ({ columns }: Table): string[] => columns.map(({ title }) => title)

function placesOf({ left, right }: Sheet, columns: readonly Column[]): Place[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0)
  let x = left
  return columns.map((column) => {
    const width = ((right - left) * column.share) / whole
    const place = { ...column, x: x + PADDING, width: width - 2 * PADDING }
    x += width
    return place
  })
}

function rowHeight({ pdf }: Sheet, places: readonly Place[], row: readonly string[], font: 'plain' | 'strong'): number {
  pdf.font(font).fontSize(FONT_SIZE)
  const heights = places.map(({ width }, at) =>
    pdf.heightOfString(drawable(row[at] ?? ''), { width, features: FIGURES }),
  )
  return Math.max(...heights) + 2 * PADDING
}

const FONT_SIZE = 9

/** Which cells a head cell is for, as a screen reader asks. */
const COLUMN_HEAD: PDFKit.Mixins.StructureElementOptions & { readonly scope: 'Column' } = { scope: 'Column' }

type RowKind = 'head' | 'repeated-head' | 'body' | 'foot' | 'next-foot'

function drawRow(
  sheet: Sheet,
  table: PDFKit.PDFStructureElement,
  places: readonly Place[],
  row: readonly string[],
  kind: RowKind,
): void {
  const { pdf, left, right } = sheet
  const isHead = kind === 'head' || kind === 'repeated-head'
  const font = kind === 'body' ? 'plain' : 'strong'
  const height = rowHeight(sheet, places, row, font)
  const top = pdf.y
  artifact(sheet, () => {
    if (isHead) pdf.rect(left, top, right - left, height).fill(SHADE)
    else if (kind === 'body')
      pdf
        .moveTo(left, top + height)
        .lineTo(right, top + height)
        .lineWidth(0.5)
        .stroke(RULE)
    else if (kind === 'foot') pdf.moveTo(left, top).lineTo(right, top).lineWidth(1).stroke(PALE)
  })
  const drawCells = (cell: (at: number, draw: () => void) => void): void =>
    places.forEach(({ x, width, align }, at) =>
      cell(at, () => {
        pdf
          .font(font)
          .fontSize(FONT_SIZE)
          .fillColor(isHead ? PALE : INK)
        pdf.text(drawable(row[at] ?? ''), x, top + PADDING, { width, align, features: FIGURES })
      }),
    )
  if (kind === 'repeated-head') {
    // Said once to a screen reader: the head belongs to the table, not to the page.
    artifact(sheet, () => drawCells((_at, draw) => draw()))
  } else {
    const line = pdf.struct('TR')
    table.add(line)
    drawCells((_at, draw) => line.add(pdf.struct(isHead ? 'TH' : 'TD', isHead ? COLUMN_HEAD : {}, [draw])))
    line.end()
  }
  pdf.x = left
  pdf.y = top + height
}

function drawNote(sheet: Sheet, note: string): void {
  const { pdf, left, right } = sheet
  const width = right - left
  makeRoom(sheet, noteHeight(sheet, note))
  tagged(sheet, 'P', () => pdf.fillColor(PALE).text(drawable(note), left, pdf.y, { width, lineGap: 1 }))
  pdf.y += 2
}

function noteHeight({ pdf, left, right }: Sheet, note: string): number {
  pdf.font('plain').fontSize(SMALL)
  return pdf.heightOfString(drawable(note), { width: right - left, lineGap: 1 }) + 2
}
