import { z } from 'zod'
import { POLICY_DOCUMENT } from './document.ts'

/** The JSON Schema (draft 2020-12) of policy files, for editors and for whoever writes one by program. */
export function policyJsonSchema(): object {
  const schema = z.toJSONSchema(POLICY_DOCUMENT, { io: 'input', target: 'draft-2020-12' })
  return { $schema: schema.$schema, title: 'Puntual chase policy', ...schema }
}
