import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { Command, CommanderError } from 'commander'
import { addBacktestCommand } from './backtest.ts'
import { addBusinessCommands } from './businesses.ts'
import { addDemoCommand } from './demo.ts'
import { addDoctorCommand } from './doctor.ts'
import { addEvidenceCommand } from './evidence.ts'
import { addForecastCommand } from './forecast.ts'
import { addKeyCommands } from './keys.ts'
import { addPolicyCommands } from './policy.ts'
import { addMetricsCommand } from './metrics.ts'
import { addServeCommands } from './serve.ts'
import { addSimulateCommand, measureEffect } from './simulate.ts'
import { ConfigError } from '../config.ts'
import { DatabaseNotReady } from '../app.ts'

// The command line. What it starts it also stops; what it prints goes to stdout, what it says about itself to stderr.
if (existsSync('.env')) loadEnvFile('.env')

const program = new Command('puntual')
  .description('Chases unpaid invoices politely: reads the ledger, decides who to write to, writes, and leaves a note.')
  .exitOverride()
addServeCommands(program)
addBusinessCommands(program)
addKeyCommands(program)
addDoctorCommand(program)
addPolicyCommands(program, measureEffect)
addSimulateCommand(program)
addBacktestCommand(program)
addEvidenceCommand(program)
addMetricsCommand(program)
addForecastCommand(program)
addDemoCommand(program)

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode
  else if (error instanceof ConfigError || error instanceof DatabaseNotReady) {
    console.error(error.message)
    process.exitCode = 2
  } else {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error)
    process.exitCode = 1
  }
}
