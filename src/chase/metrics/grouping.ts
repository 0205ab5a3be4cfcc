/**
 * Takes a measure for each group by itself: for each customer, segment or sequence, as `groupOf` says.
 *
 * Groups come in order of their names. A fact without a group is in none; measure all facts together to see it.
 */
export function byGroup<Fact, Result>(
  facts: Iterable<Fact>,
  groupOf: (fact: Fact) => string | null,
  measure: (facts: readonly Fact[]) => Result,
): { readonly group: string; readonly result: Result }[] {
  const groups = new Map<string, Fact[]>()
  for (const fact of facts) {
    const group = groupOf(fact)
    if (group === null) continue
    const members = groups.get(group)
    if (members) members.push(fact)
    else groups.set(group, [fact])
  }
  const inOrder = [...groups].sort(([one], [other]) => (one < other ? -1 : 1))
  return inOrder.map(([group, members]) => ({ group, result: measure(members) }))
}

/** A part of a whole in percent; null when there is no whole. */
export const percentOf = (part: number, whole: number): number | null => (whole > 0 ? (part / whole) * 100 : null)
