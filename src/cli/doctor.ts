import type { Command } from 'commander'
import { checkDatabase, openDatabase } from '../app.ts'
import { readConfig } from '../config.ts'
import { createSmtpMailer } from '../mail/smtp.ts'
import { openStore, inBusiness } from '../store/db.ts'
import { databaseIsConfirmed } from '../store/businesses.ts'

type Finding = { readonly check: string; readonly ok: boolean; readonly say: string }

/** doctor: looks at everything an installation needs and says what to do about what is wrong. Exits with 1 if anything is. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check the environment, the database and the mail server, and say how to put right what is wrong')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const findings = await examine()
      if (options.json) console.log(JSON.stringify(findings, null, 2))
      else for (const { check, ok, say } of findings) console.log(`${ok ? 'ok  ' : 'FAIL'}  ${check}: ${say}`)
      if (findings.some(({ ok }) => !ok)) process.exitCode = 1
    })
}

async function examine(): Promise<Finding[]> {
  const findings: Finding[] = []
  const check = async (name: string, look: () => Promise<string>): Promise<void> => {
    try {
      findings.push({ check: name, ok: true, say: await look() })
    } catch (error) {
      findings.push({ check: name, ok: false, say: error instanceof Error ? error.message : String(error) })
    }
  }
  const config = readConfig()
  findings.push({ check: 'environment', ok: true, say: 'every variable is usable' })
  const database = await openDatabase(config)
  try {
    await check('database', async () => {
      await checkDatabase(database.url)
      return config.databaseUrl ? 'answers and is up to date' : 'embedded, up to date'
    })
    await check('confirmed', async () => {
      const store = openStore(database.url, { connections: 1 })
      try {
        // Any business id will do: the question is about the whole database.
        const confirmed = await inBusiness(store.db, '00000000-0000-0000-0000-000000000000', databaseIsConfirmed)
        if (!confirmed)
          throw new Error(
            'this looks like a restored or cloned database; nothing is sent until an owner confirms it in the app',
          )
        return 'this is the database that a person confirmed'
      } finally {
        await store.close()
      }
    })
  } finally {
    await database.stop()
  }
  await check('mail', async () => {
    if (!config.smtpUrl) return 'SMTP_URL is not set: mail is caught, not sent'
    const mailer = createSmtpMailer({ url: config.smtpUrl })
    try {
      await mailer.verify()
      return `the server takes our login; messages leave from ${config.mailFrom}`
    } finally {
      await mailer.close()
    }
  })
  for (const [name, app] of [['Xero', config.xero.app], ['QuickBooks', config.quickbooks.app]] as const) {
    findings.push({ check: name, ok: true, say: app ? 'client id and secret are set' : 'not set up' })
  } // prettier-ignore
  return findings
}
