import { z } from 'zod'
import type { Act } from '../flow/control.ts'
import { Refused } from './errors.ts'
import type { Acting } from './visit.ts'

/** What a form has sent, read by its schema. Throws where it cannot be. */
export function parsed<Schema extends z.ZodType>(schema: Schema, { request }: Acting): z.output<Schema> {
  const { data, success } = schema.safeParse(request.body ?? {})
  if (!success) throw new Refused('invalid')
  return data
}

/** Who acts, as the flow's functions ask for it. */
export const who = ({ businessId, userId }: Acting): Act => ({ businessId, userId })

/** A field that may be left empty. */
export const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([z.literal('').transform(() => null), schema]).default(null)
