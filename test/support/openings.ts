import type { AvailableWordings } from '../../src/chase/policy-check.ts'
import { NOTICES, STAGES } from '../../src/chase/stage.ts'

const three = Object.fromEntries([...STAGES, ...NOTICES].map((kind) => [kind, ['1', '2', '3']]))

/** Three openings of every message in both languages, as the templates have them. */
export const everyOpening: AvailableWordings = { es: three, en: three }
