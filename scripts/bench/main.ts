import { Command, InvalidArgumentError } from 'commander'

// Our speed beside the limit of the same machine in the same run. An absolute figure says more about the machine than about us.

const PARTS = ['sync', 'send', 'webhook', 'start', 'rules'] as const
type Part = (typeof PARTS)[number]

const whole = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('must be a whole number')
  return number
}

const command = new Command('bench')
  .description(
    'Measures Puntual beside the limit of this machine: sync, send, webhook, start, rules; all of them unless named.',
  )
  .argument('[parts...]', PARTS.join(', '), (value: string, before: Part[] = []): Part[] => {
    const part = PARTS.find((each) => each === value)
    if (!part) throw new InvalidArgumentError(`must be of ${PARTS.join(', ')}`)
    return [...before, part]
  })
  .option('--invoices <number>', 'open invoices to sync, or to judge', whole, 100_000)
  .option('--mails <number>', 'chases to send', whole, 2000)
  .option('--seconds <number>', 'how long the webhooks are loaded each time', whole, 5)
  .option('--pairs <number>', 'how often ours and the limit are run in turn', whole, 3)
  .parse()

const given = command.opts<{ invoices: number; mails: number; seconds: number; pairs: number }>()
const named = command.args as Part[]
const parts = named.length > 0 ? named : PARTS

console.log(
  `Node ${process.version}; ratio 1.00 is the limit measured in the same run; medians of ${given.pairs} pairs`,
)
for (const part of parts) {
  switch (part) {
    case 'sync': {
      const { benchSync } = await import('./sync.ts')
      await benchSync({ ...given, ledgers: ['xero', 'quickbooks'] })
      break
    }
    case 'send': {
      const { benchSend } = await import('./send.ts')
      await benchSend(given)
      break
    }
    case 'webhook': {
      const { benchWebhook } = await import('./webhook.ts')
      await benchWebhook(given)
      break
    }
    case 'rules': {
      const { benchRules } = await import('./rules.ts')
      await benchRules(given)
      break
    }
    case 'start': {
      const { benchStart } = await import('./start.ts')
      await benchStart(given)
      break
    }
  }
}
