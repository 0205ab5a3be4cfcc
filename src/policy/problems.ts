/** Where something stands in a policy file: line and column count from 1, the path reads like `sequences.new[2].stage`. */
export type Place = { readonly line: number; readonly column: number; readonly path: string }

/** Why a text is not a policy file, as data: words-english.ts and words-spanish.ts have the sentences. */
export type Problem = Place & {
  readonly fault: Fault
  /** What the sentence names: the key, what was expected, what is allowed. */
  readonly facts: Readonly<Record<string, string | number>>
}

export type Fault =
  | 'not-yaml'
  | 'key-twice'
  | 'not-a-map'
  | 'alias'
  | 'unknown-key'
  | 'key-missing'
  | 'wrong-type'
  | 'not-allowed'
  | 'too-small'
  | 'too-large'
  | 'wrong-form'
  | 'too-many-decimals'
  | 'currency-twice'
  | 'twice'
  | 'no-such-day'
  | 'too-long'
