import { money } from '../../src/chase/money.ts'
import type { Dependencies } from '../../src/flow/dependencies.ts'
import type { Ledger, LedgerInvoice } from '../../src/ledgers/ledger.ts'
import { inBusiness, type Db } from '../../src/store/db.ts'

/**
 * A ledger that says of invoices what our copy says, and of credits that there are none. `told` is laid over it: what
 * the ledger says differently, by ledger id.
 */
export function copiedLedger(db: () => Db) {
  const told = new Map<string, Partial<LedgerInvoice>>()
  const ledgerFor: Dependencies['ledgerFor'] = async ({ businessId }) => {
    const invoices = async (ids: readonly string[]): Promise<Map<string, LedgerInvoice>> => {
      const rows = await inBusiness(db(), businessId, (inside) =>
        inside
          .selectFrom('invoices')
          .innerJoin('customers', 'customers.id', 'invoices.customer_id')
          .selectAll('invoices')
          .select(['customers.ledger_id as customer_ledger_id', 'customers.name as customer_name'])
          .where('invoices.ledger_id', 'in', ['', ...ids])
          .execute(),
      )
      return new Map(
        rows.map((row): [string, LedgerInvoice] => [
          row.ledger_id,
          {
            id: row.ledger_id, customerId: row.customer_ledger_id, customerName: row.customer_name, number: row.number,
            reference: row.reference, issuedOn: row.issued_on, dueOn: row.due_on, total: money(row.total_minor, row.currency),
            balance: money(row.balance_minor, row.currency), state: row.state as LedgerInvoice['state'], paidOn: row.paid_on,
            expectedOn: row.expected_on, emails: row.emails, version: row.version, changedAt: row.changed_at,
            ...told.get(row.ledger_id),
          },
        ]),
      ) // prettier-ignore
    }
    return { invoices, creditsOf: async () => [] } as unknown as Ledger
  }
  return { ledgerFor, told }
}
