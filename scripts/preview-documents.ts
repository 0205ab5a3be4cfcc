// Writes the formal demands and a statement of account to data/previews as PDF: node scripts/preview-documents.ts
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { day } from '../src/chase/day.ts'
import { demandLetter } from '../src/documents/demand-letter.ts'
import { statementPaper } from '../src/documents/statement-paper.ts'
import {
  britishDemand,
  genericDemand,
  longStatement,
  personDemand,
  someStatement,
  spanishDemand,
} from '../test/papers/samples.ts'

const folder = join(import.meta.dirname, '..', 'data', 'previews')
await mkdir(folder, { recursive: true })

const approved = { by: 'Ana Vega', on: day('2026-05-04'), withProvisionalRates: false }
const papers: Readonly<Record<string, Promise<Uint8Array>>> = {
  'demand-spain-draft': demandLetter(spanishDemand()),
  'demand-spain': demandLetter(spanishDemand({ approved })),
  'demand-uk-company': demandLetter(britishDemand()),
  'demand-uk-individual': demandLetter(personDemand()),
  'demand-generic': demandLetter(genericDemand()),
  'statement-es': statementPaper(someStatement()),
  'statement-en': statementPaper(longStatement(60)),
}
for (const [name, paper] of Object.entries(papers)) await writeFile(join(folder, `${name}.pdf`), await paper)
console.log(`${Object.keys(papers).length} documents in data/previews`)
