import { isDeepStrictEqual } from 'node:util'
import { Document, isMap, isScalar, isSeq, parseDocument, type Node, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Policy } from '../chase/policy.ts'
import { parsePolicy } from './parse.ts'
import { inline, printPolicy, textOf } from './print.ts'
import { fromPolicy } from './translate.ts'

/**
 * The file changed so that it says another policy: only what differs is touched, so that the person's comments, order
 * and spelling stay. A text that is no policy file is replaced by a fresh one.
 */
export function editPolicy(text: string, next: Policy): string {
  const parsed = parsePolicy(text)
  if (!parsed.ok) return printPolicy(next)
  const [before, after] = [fromPolicy(parsed.policy), fromPolicy(next)]
  if (isDeepStrictEqual(before, after)) return text
  const document = parseDocument(text)
  if (!isMap(document.contents)) return printPolicy(next)
  changeMap(document, document.contents, before, after)
  return textOf(document)
}

type Entries = Readonly<Record<string, unknown>>

function changeMap(document: Document, map: YAMLMap, before: Entries, after: Entries): void {
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [was, is] = [before[name], after[name]]
    if (isDeepStrictEqual(was, is)) continue
    const node = map.get(name, true)
    if (is === undefined) map.delete(name)
    else if (isMap(node) && isEntries(was) && isEntries(is)) changeMap(document, node, was, is)
    // A section that the file leaves to the defaults then says only what differs from them.
    else if (node === undefined && isEntries(was) && isEntries(is)) addDifferences(document, map, name, was, is)
    else if (isSeq(node) && Array.isArray(is)) changeList(document, node, Array.isArray(was) ? was : [], is)
    else put(document, map, name, is)
  }
}

function addDifferences(document: Document, map: YAMLMap, name: string, was: Entries, is: Entries): void {
  const section = document.createNode({}) as YAMLMap
  changeMap(document, section, was, is)
  // Which keys belong together is no matter of taste where the section is one value, such as a ground.
  map.set(document.createNode(name), section)
}

/** Changes a value in place, so that a comment beside it stays. */
function put(document: Document, map: YAMLMap, name: string, value: unknown): void {
  const node = map.get(name, true)
  if (isScalar(node) && (value === null || typeof value !== 'object')) {
    node.value = value
    return
  }
  const fresh = document.createNode(value) as Node
  inline(fresh)
  if (isScalar(node) && node.comment) fresh.commentBefore = node.comment
  map.set(map.has(name) ? name : document.createNode(name), fresh)
}

/** Entries with an id or a name are the same entry wherever they move; plain values are the same when they are equal. */
function changeList(document: Document, list: YAMLSeq, was: readonly unknown[], is: readonly unknown[]): void {
  const left = [...list.items.keys()]
  list.items = is.map((entry) => {
    const at = left.find((index) => identityOf(was[index]) === identityOf(entry))
    const node = at === undefined ? undefined : list.items[at]
    if (at === undefined || node === undefined) {
      const fresh = document.createNode(entry) as Node
      inline(fresh)
      return fresh
    }
    left.splice(left.indexOf(at), 1)
    const old = was[at]
    if (isMap(node) && isEntries(old) && isEntries(entry)) changeMap(document, node, old, entry)
    return node
  })
}

function identityOf(entry: unknown): string {
  if (!isEntries(entry)) return JSON.stringify(entry)
  const name = entry['id'] ?? entry['name']
  return typeof name === 'string' ? name : JSON.stringify(entry)
}

const isEntries = (value: unknown): value is Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
