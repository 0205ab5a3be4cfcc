import { writeFileSync } from 'node:fs'
import { policyJsonSchema } from '../src/policy/json-schema.ts'

// Writes docs/policy.schema.json from the schema that the application reads policy files with.
writeFileSync('docs/policy.schema.json', `${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
