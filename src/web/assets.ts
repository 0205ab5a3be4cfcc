import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const ASSETS_DIRECTORY = join(import.meta.dirname, 'assets')

const style = readFileSync(join(ASSETS_DIRECTORY, 'app.css'))

/** The style sheet's address, new whenever its content is: browsers may keep it for as long as they like. */
export const STYLE_ADDRESS = `/assets/app.css?v=${createHash('sha256').update(style).digest('hex').slice(0, 12)}`
