import type { Day } from '../chase/day.ts'
import { verdictsPerInvoice, type InvoiceVerdict } from '../chase/per-invoice.ts'
import { DEFAULT_POLICY } from '../chase/default-policy.ts'
import type { Policy } from '../chase/policy.ts'
import type { Standing } from '../chase/standing.ts'
import type { BusinessDb } from '../store/db.ts'
import { findPastVerdict, type StandingVerdict } from '../store/invoice-verdicts.ts'

/** A standing as JSON, without its policy, which is kept once by its hash. */
export function packStanding({ policy: _policy, holidays, ...standing }: Standing): string {
  return JSON.stringify({ ...standing, holidays: [...holidays] })
}

/** The standing that `packStanding` wrote, with the policy that it was judged by. */
export function unpackStanding(packed: unknown, policy: unknown): Standing {
  const { holidays, ...standing } = packed as Omit<Standing, 'policy' | 'holidays'> & { holidays: readonly Day[] }
  const { customer } = standing
  return {
    ...standing,
    // Standings from before somebody could be named have nobody there.
    seniorSender: standing.seniorSender ?? false,
    customer: { ...customer, history: customer.history ?? [], escalation: customer.escalation ?? null },
    holidays: new Set(holidays),
    policy: { ...DEFAULT_POLICY, ...(policy as Policy) },
  }
}

/**
 * What was said about an invoice on a day, and what the rules say when they are given the same again. Null where nothing
 * was said yet. The two differ only when a release has changed the rules.
 */
export async function deriveAgain(
  db: BusinessDb,
  invoiceId: string,
  on: Day,
): Promise<{ said: StandingVerdict; derived: InvoiceVerdict | null } | null> {
  const past = await findPastVerdict(db, invoiceId, on)
  if (!past) return null
  const again = verdictsPerInvoice(unpackStanding(past.standing, past.policy))
  return { said: past.verdict, derived: again.find((verdict) => verdict.invoiceId === invoiceId) ?? null }
}
