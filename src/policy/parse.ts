import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document } from 'yaml'
import type { z } from 'zod'
import type { Policy } from '../chase/policy.ts'
import { POLICY_DOCUMENT } from './document.ts'
import type { Fault, Place, Problem } from './problems.ts'
import { toPolicy } from './translate.ts'

/** The keys and list positions that lead to a value of the document. */
export type DocumentPath = readonly (string | number)[]

/** A text that is a policy file, or everything that is wrong with it. */
export type Parsed =
  | {
      readonly ok: true
      readonly policy: Policy
      /** Where a value stands, or the nearest of its parents that the file has. */
      readonly placeOf: (path: DocumentPath) => Place
    }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** A policy file is a page or two; far beyond that somebody pasted something else. */
export const LONGEST_TEXT = 40_000

/**
 * Reads a policy file. What it leaves out takes the default; unknown keys, wrong values and anything named twice are
 * problems, each with its line, all of them at once. Anchors and aliases are refused: an edit in the app could not
 * change one use of them without the others.
 */
export function parsePolicy(text: string): Parsed {
  if (text.length > LONGEST_TEXT) {
    return { ok: false, problems: [{ line: 1, column: 1, path: '', fault: 'too-long', facts: { most: LONGEST_TEXT } }] }
  }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true })
  const placeAt = (offset: number, path: string): Place => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col), path }
  }
  const faults = [...yamlFaults(document, placeAt), ...aliasFaults(document, placeAt)]
  if (faults.length > 0) return { ok: false, problems: inOrder(faults) }
  if (document.contents !== null && !isMap(document.contents)) {
    return {
      ok: false,
      problems: [{ ...placeAt(document.contents.range?.[0] ?? 0, ''), fault: 'not-a-map', facts: {} }],
    }
  }

  const given = POLICY_DOCUMENT.safeParse(document.toJS() ?? {})
  const placeOf = (path: DocumentPath): Place => placeAt(offsetOf(document, path), pathText(path))
  if (given.success) return { ok: true, policy: toPolicy(given.data), placeOf }
  const problems = given.error.issues.flatMap((issue) => problemsOf(issue, [], document, placeAt))
  return { ok: false, problems: inOrder(problems) }
}

/** The policy of a text that was checked before, such as one that is stored. Throws when it is none. */
export function storedPolicy(text: string): Policy {
  const parsed = parsePolicy(text)
  if (parsed.ok) return parsed.policy
  const [first] = parsed.problems
  throw new Error(`a stored policy cannot be read: line ${first?.line}, ${first?.path}: ${first?.fault}`)
}

type PlaceAt = (offset: number, path: string) => Place

const yamlFaults = (document: Document.Parsed, placeAt: PlaceAt): Problem[] =>
  document.errors.map(({ code, pos, message }) =>
    code === 'DUPLICATE_KEY'
      ? { ...placeAt(pos[0], pathText(pathAt(document, pos[0]))), fault: 'key-twice', facts: {} }
      : { ...placeAt(pos[0], ''), fault: 'not-yaml', facts: { message: message.split('\n')[0] ?? '' } },
  )

function aliasFaults(document: Document.Parsed, placeAt: PlaceAt): Problem[] {
  const found: Problem[] = []
  visit(document, {
    Node: (_key, node) => {
      const isShared = isAlias(node)
      const isAnchored = 'anchor' in node && node.anchor !== undefined
      const isTagged = 'tag' in node && node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')
      if (!isShared && !isAnchored && !isTagged) return
      const offset = node.range?.[0] ?? 0
      found.push({ ...placeAt(offset, pathText(pathAt(document, offset))), fault: 'alias', facts: {} })
    },
  })
  return found
}

/** The path to the key or value that begins at this place of the text. */
function pathAt(document: Document.Parsed, offset: number): DocumentPath {
  let found: DocumentPath = []
  const look = (node: unknown, path: DocumentPath): void => {
    if (hasPlace(node) && node.range[0] === offset) found = path
    if (isMap(node)) {
      for (const { key, value } of node.items) {
        const inside = [...path, isScalar(key) ? String(key.value) : '?']
        if (hasPlace(key) && key.range[0] === offset) found = inside
        look(value, inside)
      }
    } else if (isSeq(node)) for (const [at, item] of node.items.entries()) look(item, [...path, at])
  }
  look(document.contents, [])
  return found
}

/** The place in the text of the value that the path leads to, else of the nearest parent that is there. */
function offsetOf(document: Document.Parsed, path: DocumentPath, last: 'value' | 'key' = 'value'): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const name = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
      const wanted =
        last === 'key' || length < path.length || !isPair(pair) || !hasPlace(pair.value) ? pair?.key : pair.value
      if (hasPlace(wanted)) return wanted.range[0]
    }
    const node = document.getIn(path.slice(0, length), true)
    if (hasPlace(node)) return node.range[0]
  }
  return 0
}

const hasPlace = (node: unknown): node is { range: [number, number, number] } =>
  isNode(node) && Array.isArray(node.range)

type Issue = z.core.$ZodIssue

/** What one finding of the schema means for the person who wrote the file. */
function problemsOf(issue: Issue, above: DocumentPath, document: Document.Parsed, placeAt: PlaceAt): Problem[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))]
  const at = (fault: Fault, facts: Problem['facts'] = {}): Problem[] => [
    { ...placeAt(offsetOf(document, path), pathText(path)), fault, facts },
  ]
  const value = document.getIn(path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        ...placeAt(offsetOf(document, [...path, key], 'key'), pathText([...path, key])),
        fault: 'unknown-key' as const,
        facts: { key },
      }))
    case 'invalid_union': {
      // Of the alternatives, the one that the value came nearest to: something inside it was wrong, not its whole kind.
      const inside = issue.errors.find((issues) =>
        issues.every((each) => each.path.length > 0 || each.code === 'unrecognized_keys'),
      )
      if (inside) return inside.flatMap((each) => problemsOf(each, path, document, placeAt))
      const allowed = issue.errors.flat().map(expectation).join(' | ')
      return at('not-allowed', { allowed })
    }
    case 'invalid_type':
      if (!document.hasIn(path)) return at('key-missing', { key: String(path.at(-1) ?? '') })
      return at('wrong-type', { expected: issue.expected })
    case 'invalid_value':
      if (!document.hasIn(path)) return at('key-missing', { key: String(path.at(-1) ?? '') })
      return at('not-allowed', { allowed: issue.values.map(String).join(' | ') })
    case 'too_small':
      return at('too-small', { least: Number(issue.minimum), of: issue.origin })
    case 'too_big':
      return at('too-large', { most: Number(issue.maximum), of: issue.origin })
    case 'custom':
      return at(isFault(issue.params?.['fault']) ? issue.params['fault'] : 'wrong-form', { value: String(value) })
    default:
      return at('wrong-form', { value: String(value) })
  }
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(' | ')
  if (issue.code === 'too_small') return `≥ ${issue.minimum}`
  if (issue.code === 'too_big') return `≤ ${issue.maximum}`
  return issue.code === 'invalid_type' ? issue.expected : issue.code
}

const CUSTOM_FAULTS: readonly Fault[] = ['too-many-decimals', 'currency-twice', 'twice', 'no-such-day']

const isFault = (fault: unknown): fault is Fault => CUSTOM_FAULTS.some((known) => known === fault)

/** The path as a person reads it: `sequences.new[2].stage`. */
export const pathText = (path: DocumentPath): string =>
  path.map((part, at) => (typeof part === 'number' ? `[${part}]` : at === 0 ? part : `.${part}`)).join('')

const inOrder = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort((one, other) => one.line - other.line || one.column - other.column)
