import { describeLedger } from '../describe-ledger.ts'
import { simulatedXero } from './simulated.ts'

describeLedger(
  'Xero',
  async () => {
    const { ledger, books, advance, simulator } = await simulatedXero()
    return { ledger, books, advance, close: simulator.close }
  },
  {
    payLinks: true,
    ownReminders: true,
    groups: true,
    copies: true,
    archived: true,
    merges: true,
    expectedDates: true,
    threeDecimals: true,
    drafts: true,
    pageSize: 1000,
    noteCharacters: 2500,
  },
)
