// Writes the formal demands and a statement of account to data/previews as PDF: node scripts/preview-documents.ts
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { day } from '../src/chase/day.ts'
import type { Demand } from '../src/documents/demand.ts'
import { workOutCharges } from '../src/documents/demand-charges.ts'
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

/** A letter as the application makes one: charges from the tables of the law, and invoices that it leaves out. */
function workedOut(): Demand {
  const demand = spanishDemand()
  const wanted = {
    interest: true,
    compensation: true,
    country: 'ES',
    debtor: 'business',
    upTo: demand.on,
    agreed: null,
  } as const
  const { charges } = workOutCharges(demand.invoices, wanted, demand)
  const leftOut = [
    { number: 'F-2026-0021', because: 'disputed' },
    { number: 'F-2026-0024', because: 'promised' },
  ] as const
  return spanishDemand({ charges, leftOut })
}

const approved = { by: 'Ana Vega', on: day('2026-05-04'), withProvisionalRates: false }
const papers: Readonly<Record<string, Promise<Uint8Array>>> = {
  'demand-spain-draft': demandLetter(spanishDemand()),
  'demand-spain': demandLetter(spanishDemand({ approved })),
  'demand-spain-worked-out': demandLetter(workedOut()),
  'demand-uk-company': demandLetter(britishDemand()),
  'demand-uk-individual': demandLetter(personDemand()),
  'demand-generic': demandLetter(genericDemand()),
  'statement-es': statementPaper(someStatement()),
  'statement-en': statementPaper(longStatement(60)),
}
for (const [name, paper] of Object.entries(papers)) await writeFile(join(folder, `${name}.pdf`), await paper)
console.log(`${Object.keys(papers).length} documents in data/previews`)
