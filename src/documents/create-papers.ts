import { workOutCharges } from './demand-charges.ts'
import { checkDemand, demandLetter, reviewPoints, sayReviewPoint } from './demand-letter.ts'
import { sayDemandProblem } from './demand-problems.ts'
import { sealEvidence } from './evidence-seal.ts'
import type { Papers } from './papers.ts'
import { statementPaper } from './statement-paper.ts'

/** The papers as they are drawn here. */
export const createPapers = (): Papers => ({
  checkDemand,
  sayProblem: sayDemandProblem,
  drawDemand: demandLetter,
  reviewPoints,
  sayReviewPoint,
  workOutCharges,
  drawStatement: statementPaper,
  sealEvidence,
})
