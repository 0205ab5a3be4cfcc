import type { Demand, DemandInvoice } from './demand.ts'
import type { ChargesAnswer, ChargesWanted } from './demand-charges.ts'
import type { DemandProblem } from './demand-problems.ts'
import type { ReviewPoint } from './demand-words.ts'
import type { EvidenceFile, SealedEvidence } from './evidence-seal.ts'
import type { AccountStatement } from './statement.ts'

export type { ChargesAnswer } from './demand-charges.ts'
export type { ReviewPoint } from './demand-words.ts'
export type { EvidenceFile, SealedEvidence } from './evidence-seal.ts'

/** What the application puts on paper. Plain values in, bytes out: equal values give equal bytes. */
export type Papers = {
  /** Everything that is wrong with a demand; empty means that it may be drawn. */
  readonly checkDemand: (demand: Demand) => readonly DemandProblem[]
  readonly sayProblem: (problem: DemandProblem, language: 'es' | 'en') => string
  /** The letter as a PDF, a draft until approved. Throws for a demand that the check finds something wrong with. */
  readonly drawDemand: (demand: Demand) => Promise<Uint8Array>
  /** What the person who approves has to have looked at. */
  readonly reviewPoints: (demand: Demand) => readonly ReviewPoint[]
  readonly sayReviewPoint: (point: ReviewPoint, language: 'es' | 'en') => string
  readonly workOutCharges: (
    invoices: readonly DemandInvoice[],
    wanted: ChargesWanted,
    reader: { readonly language: 'es' | 'en'; readonly locale: string },
  ) => ChargesAnswer
  readonly drawStatement: (statement: AccountStatement) => Promise<Uint8Array>
  readonly sealEvidence: (
    files: readonly EvidenceFile[],
    about: { readonly subject: string; readonly madeAt: Temporal.Instant },
  ) => SealedEvidence
}
