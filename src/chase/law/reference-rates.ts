import { day } from '../day.ts'
import type { Day } from '../day.ts'
import { halfYearStart } from './periods.ts'

/**
 * The rate to which a law adds its margin.
 *
 * `ecb`: the European Central Bank's rate for main refinancing operations, the last one before the half-year.
 * `bundesbank`: the Basiszinssatz of § 247 BGB. `bank-of-england`: Bank Rate on 31 December or 30 June.
 */
export type Reference = 'ecb' | 'bundesbank' | 'bank-of-england'

/**
 * A reference rate during one half-year, in millionths of the principal per year: 21,500 is 2.15 %.
 * `provisional` where it was derived and the official notice was not seen.
 */
export type ReferenceRate = {
  readonly from: Day
  readonly ppm: number
  readonly source: string
  readonly provisional: boolean
}

/** The reference rate that holds on a day, or null where none is known. A rate never outlives its half-year. */
export function referenceRateOn(reference: Reference, on: Day): ReferenceRate | null {
  const from = halfYearStart(on)
  return REFERENCE_RATES[reference].find((rate) => rate.from === from) ?? null
}

const FRANCE = 'banque-france.fr/en/policy-rates'
const RETOUT = 'retout.fr, table of the ECB’s rates'
const SERIES = 'payontime.co.uk, table of reference rates'
const GERMANY = 'BGB § 247: moves with the ECB’s rate'

/** One half-year: its start and the rate in hundredths of a per cent, as the notices print it. */
const rate = (from: string, hundredths: number, source: string, provisional = false): ReferenceRate => ({
  from: day(from),
  ppm: hundredths * 100,
  source,
  provisional,
})

/** Every half-year is written out, so that one nobody has looked up is missing instead of guessed. */
export const REFERENCE_RATES: Readonly<Record<Reference, readonly ReferenceRate[]>> = {
  ecb: [
    rate('2015-01-01', 5, FRANCE),
    rate('2015-07-01', 5, FRANCE),
    rate('2016-01-01', 5, FRANCE),
    rate('2016-07-01', 0, FRANCE),
    rate('2017-01-01', 0, FRANCE),
    rate('2017-07-01', 0, FRANCE),
    rate('2018-01-01', 0, FRANCE),
    rate('2018-07-01', 0, FRANCE),
    rate('2019-01-01', 0, FRANCE),
    rate('2019-07-01', 0, FRANCE),
    rate('2020-01-01', 0, 'BOE-A-2019-18736'),
    rate('2020-07-01', 0, FRANCE),
    rate('2021-01-01', 0, FRANCE),
    rate('2021-07-01', 0, FRANCE),
    rate('2022-01-01', 0, FRANCE),
    rate('2022-07-01', 0, FRANCE),
    rate('2023-01-01', 250, FRANCE),
    rate('2023-07-01', 400, FRANCE),
    rate('2024-01-01', 450, FRANCE),
    rate('2024-07-01', 425, FRANCE),
    rate('2025-01-01', 315, RETOUT),
    rate('2025-07-01', 215, 'Portuguese and Bundesbank notices for the half-year'),
    rate('2026-01-01', 215, 'BOE-A-2025-27201; Aviso 822/2026; GU 15 of 20 January 2026'),
    // The rise of 11 June 2026 is reported; none of the notices for this half-year was seen.
    rate('2026-07-01', 240, '2.15 raised by 0.25 on 11 June 2026 (livesquawk.com)', true),
  ],
  bundesbank: [
    rate('2015-01-01', -83, GERMANY),
    rate('2015-07-01', -83, GERMANY),
    rate('2016-01-01', -83, GERMANY),
    rate('2016-07-01', -88, GERMANY),
    rate('2017-01-01', -88, GERMANY),
    rate('2017-07-01', -88, GERMANY),
    rate('2018-01-01', -88, GERMANY),
    rate('2018-07-01', -88, GERMANY),
    rate('2019-01-01', -88, GERMANY),
    rate('2019-07-01', -88, GERMANY),
    rate('2020-01-01', -88, GERMANY),
    rate('2020-07-01', -88, 'Bundesbank notice by lifepr.de'),
    rate('2021-01-01', -88, 'Bundesbank notice by lifepr.de'),
    rate('2021-07-01', -88, GERMANY),
    rate('2022-01-01', -88, GERMANY),
    rate('2022-07-01', -88, GERMANY),
    rate('2023-01-01', 162, GERMANY),
    rate('2023-07-01', 312, GERMANY),
    rate('2024-01-01', 362, GERMANY),
    rate('2024-07-01', 337, GERMANY),
    rate('2025-01-01', 227, GERMANY),
    rate('2025-07-01', 127, GERMANY),
    rate('2026-01-01', 127, 'Bundesbank notice by finanzmarktnachrichten.de'),
    rate('2026-07-01', 152, '1.27 raised by 0.25 as the ECB’s rate was (livesquawk.com)', true),
  ],
  'bank-of-england': [
    rate('2015-01-01', 50, SERIES),
    rate('2015-07-01', 50, SERIES),
    rate('2016-01-01', 50, SERIES),
    rate('2016-07-01', 50, SERIES),
    rate('2017-01-01', 25, SERIES),
    rate('2017-07-01', 25, SERIES),
    rate('2018-01-01', 50, SERIES),
    rate('2018-07-01', 50, SERIES),
    rate('2019-01-01', 75, SERIES),
    rate('2019-07-01', 75, SERIES),
    rate('2020-01-01', 75, SERIES),
    rate('2020-07-01', 10, SERIES),
    rate('2021-01-01', 10, SERIES),
    rate('2021-07-01', 10, SERIES),
    rate('2022-01-01', 25, SERIES),
    rate('2022-07-01', 125, SERIES),
    rate('2023-01-01', 350, SERIES),
    rate('2023-07-01', 500, SERIES),
    rate('2024-01-01', 525, SERIES),
    rate('2024-07-01', 525, 'Monetary Policy Committee of 20 June 2024: held at 5.25'),
    rate('2025-01-01', 475, 'focus-economics.com: 4.75 at the end of 2024'),
    rate('2025-07-01', 425, 'xtb.com: Monetary Policy Committee of June 2025, held at 4.25'),
    rate('2026-01-01', 375, 'focus-economics.com: 3.75 after the cut of December 2025'),
    rate('2026-07-01', 375, 'titanfx.com, livesquawk.com: held at 3.75 on 18 June 2026'),
  ],
}
