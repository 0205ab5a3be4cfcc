/** How many standard deviations to either side hold this share (0 to 1) of a normal distribution: 1.96 for 0.95. */
export function normalReach(level: number): number {
  let low = 0
  let high = 10
  while (high - low > 1e-10) {
    const middle = (low + high) / 2
    if (shareWithin(middle) < level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** The share of a normal distribution within so many standard deviations of its mean, by Simpson's rule. */
function shareWithin(reach: number): number {
  const PARTS = 200
  const width = reach / PARTS
  let sum = 0
  for (let part = 0; part <= PARTS; part += 1) {
    const weight = part === 0 || part === PARTS ? 1 : part % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-((part * width) ** 2) / 2)
  }
  return ((sum * width) / 3) * Math.sqrt(2 / Math.PI)
}

/**
 * The same for Student's t with so many degrees of freedom, which allows for a spread that is itself estimated.
 *
 * Expansion 26.7.5 of Abramowitz and Stegun, "Handbook of Mathematical Functions", three terms: good to 1 % from 4
 * degrees on at the usual levels.
 */
export function studentReach(level: number, freedom: number): number {
  const z = normalReach(level)
  const first = (z ** 3 + z) / 4
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3
}
