import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { Command, CommanderError } from 'commander'
import { addBusinessCommands } from './businesses.ts'
import { addDemoCommand } from './demo.ts'
import { addDoctorCommand } from './doctor.ts'
import { addServeCommands } from './serve.ts'
import { ConfigError } from '../config.ts'
import { DatabaseNotReady } from '../app.ts'

// The command line. What it starts it also stops; what it prints goes to stdout, what it says about itself to stderr.
if (existsSync('.env')) loadEnvFile('.env')

const program = new Command('puntual')
  .description('Chases unpaid invoices politely: reads the ledger, decides who to write to, writes, and leaves a note.')
  .exitOverride()
addServeCommands(program)
addBusinessCommands(program)
addDoctorCommand(program)
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
