import { z } from 'zod'

/** An e-mail address as a person types it into a form: trimmed and in lower case, as we store it. */
export const EMAIL_ADDRESS = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .regex(/^[^\s@<>"(),;:\\\p{Cc}\p{Cf}]+@[^\s@<>"(),;:\\\p{Cc}\p{Cf}]+$/u)
