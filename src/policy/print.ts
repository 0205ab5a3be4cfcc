import { Document, isMap, isScalar, isSeq, type YAMLMap } from 'yaml'
import type { Policy } from '../chase/policy.ts'
import { fromPolicy } from './translate.ts'

/** The policy as a file with every setting written out. Reading it gives the same policy. Throws for what no file can say. */
export function printPolicy(policy: Policy): string {
  const document = new Document(fromPolicy(policy))
  document.commentBefore = TITLE
  if (isMap(document.contents)) arrange(document.contents)
  return textOf(document)
}

/** Lines are never folded: a person's line stays where it is. */
export const textOf = (document: Document): string =>
  document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true })

const TITLE = ` A chase policy of Puntual. docs/POLICY-FILE.md explains every key; what is left out takes the default.
 "npx puntual policy check" says what is wrong with it before it is in force.`

const COMMENTS: Readonly<Record<string, string>> = {
  sequences: ' Per segment, the steps in the order in which they are taken. Days count from the due day.',
  segments: ' How customers fall into segments; everybody else is regular.',
  sparing: ' Whether late payers that surely pay are written to before their usual day.',
  contact: ' How much contact one customer gets, whatever the steps say.',
  calendar: ' When messages may leave, on the clock and calendar of whoever gets them.',
  amounts: ' What is worth a message.',
  promises: ' What was agreed.',
  'right-person': ' To whom.',
  messages: ' How it is said.',
  grounds: ' The rights the business has. No message names a consequence without one.',
  priorities: ' What a person sees first.',
}

/** Sections apart, each with what it is about; short lists on one line. */
function arrange(contents: YAMLMap): void {
  for (const { key, value } of contents.items) {
    if (!isScalar(key)) continue
    const name = String(key.value)
    const comment = COMMENTS[name]
    if (comment !== undefined) key.commentBefore = comment
    key.spaceBefore = comment !== undefined
    inline(value)
  }
}

/** A list of plain values reads best on one line, as does a pair of numbers. */
export function inline(node: unknown): void {
  if (isSeq(node)) {
    if (node.items.every((item) => isScalar(item))) node.flow = true
    else for (const item of node.items) inline(item)
    return
  }
  if (!isMap(node)) return
  for (const { key, value } of node.items) {
    if (isMap(value) && isScalar(key) && key.value === 'repeat') value.flow = true
    else inline(value)
  }
}
