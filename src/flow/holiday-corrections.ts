/**
 * What date-holidays 3.37.0 has differently from the official lists, checked in November 2026.
 *
 * Spain's communities publish their days anew each year (BOE-A-2025-21667 for 2026). Days that a community keeps every
 * year stand open-ended; a choice of one year stands for that year. Lists of 2027 and later were not checked.
 */
export type HolidayCorrection = {
  /** ISO country and the code of regions.ts: 'ES-VC'. A group's line holds for its islands as well. */
  readonly place: string
  readonly change: 'add' | 'remove'
  /** A day of every year ('10-09') or one day ('2026-04-06'). */
  readonly day: string
  readonly source: string
}

export const HOLIDAY_CORRECTIONS: readonly HolidayCorrection[] = [
  {
    place: 'ES-VC',
    change: 'add',
    day: '10-09',
    source: 'BOE-A-2025-21667; day of the community in every yearly list',
  },
  { place: 'ES-MC', change: 'add', day: '06-09', source: 'BOE-A-2025-21667; day of the region (Ley Orgánica 4/1982)' },
  { place: 'ES-CB', change: 'add', day: '07-28', source: 'BOE-A-2025-21667; the library has June for July' },
  { place: 'ES-CB', change: 'remove', day: '06-28', source: 'BOE-A-2025-21667; the library has June for July' },
  {
    place: 'ES-NC',
    change: 'add',
    day: '12-03',
    source: 'Resolución 390/2025, BON 129; a local day in all of Navarre',
  },
  { place: 'ES-ML', change: 'add', day: '09-08', source: 'Boletín Oficial de Melilla, 2025-10-03' },
  { place: 'ES-ML', change: 'add', day: '09-17', source: 'Boletín Oficial de Melilla, 2025-10-03' },
  { place: 'ES-CN-TE', change: 'add', day: '02-02', source: 'Decreto 61/2025, BOC 88; island day' },
  { place: 'ES-CN-TE', change: 'remove', day: '09-07', source: 'Decreto 61/2025, BOC 88; not an island day' },
  { place: 'ES-CM', change: 'add', day: '2026-04-06', source: 'Decreto 44/2025 of Castilla-La Mancha' },
  { place: 'ES-GA', change: 'add', day: '2026-06-24', source: 'BOE-A-2025-21667; DOG of 2025-06-20' },
  { place: 'ES-IB', change: 'add', day: '2026-12-26', source: 'BOE-A-2025-21667' },
  { place: 'ES-CE', change: 'add', day: '2026-03-20', source: 'BOCCE 2026; a local day in all of Ceuta' },
  { place: 'ES-CE', change: 'add', day: '2026-05-27', source: 'BOE-A-2025-21667; the library is a day early' },
  { place: 'ES-CE', change: 'remove', day: '2026-05-26', source: 'BOE-A-2025-21667; the library is a day early' },
  { place: 'ES-CE', change: 'add', day: '2026-06-13', source: 'BOCCE 2026; a local day in all of Ceuta' },
  { place: 'GB-SCT', change: 'add', day: '2026-06-15', source: 'Royal Proclamation of 4 February 2026' },
  // The library knows no regions of Portugal.
  { place: 'PT-30', change: 'add', day: '07-01', source: 'Regional holiday of Madeira (provisional)' },
  { place: 'PT-30', change: 'add', day: '12-26', source: 'Regional holiday of Madeira (provisional)' },
  { place: 'PT-20', change: 'add', day: '2026-05-25', source: 'Whit Monday, day of the Azores (provisional)' },
  { place: 'PT-20', change: 'add', day: '2027-05-17', source: 'Whit Monday, day of the Azores (provisional)' },
  { place: 'PT-20', change: 'add', day: '2028-06-05', source: 'Whit Monday, day of the Azores (provisional)' },
]
