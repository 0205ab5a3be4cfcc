import { checkPolicy, isSound, type AvailableWordings, type Finding, type PolicyPeople } from '../chase/policy-check.ts'
import type { Policy } from '../chase/policy.ts'
import { parsePolicy } from './parse.ts'
import { documentPath } from './places.ts'
import type { Place, Problem } from './problems.ts'

/** Something to say about a line of a policy file. */
export type Remark = Place & {
  readonly weight: 'error' | 'warning'
  readonly about: { readonly problem: Problem } | { readonly finding: Finding }
}

/** A policy file read and proven. With an error among the remarks it cannot come into force. */
export type CheckedText = {
  /** Null where the text is no policy file at all. */
  readonly policy: Policy | null
  readonly sound: boolean
  /** By line. */
  readonly remarks: readonly Remark[]
}

/** Reads a policy file and proves what can be proven about it; see `checkPolicy` for what that is. */
export function checkPolicyText(
  text: string,
  openings: AvailableWordings,
  people: PolicyPeople | null = null,
): CheckedText {
  const parsed = parsePolicy(text)
  if (!parsed.ok) {
    const remarks = parsed.problems.map((problem): Remark => ({
      line: problem.line,
      column: problem.column,
      path: problem.path,
      weight: 'error',
      about: { problem },
    }))
    return { policy: null, sound: false, remarks }
  }
  const findings = checkPolicy(parsed.policy, openings, people)
  const remarks = findings.map((finding): Remark => ({
    ...parsed.placeOf(documentPath(finding.at)),
    weight: finding.weight,
    about: { finding },
  }))
  remarks.sort((one, other) => one.line - other.line || one.column - other.column)
  return { policy: parsed.policy, sound: isSound(findings), remarks }
}
