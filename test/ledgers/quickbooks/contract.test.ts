import { describeLedger } from '../describe-ledger.ts'
import { openQuickBooks } from './open.ts'

describeLedger('QuickBooks', () => openQuickBooks(), {
  payLinks: true,
  ownReminders: false,
  groups: true,
  copies: false,
  archived: true,
  merges: false,
  invoiceAddresses: true,
  expectedDates: false,
  threeDecimals: true,
  drafts: false,
  noteCharacters: 2000,
})
