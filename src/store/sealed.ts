import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { ensureBusinessKey, findBusinessKey, listBusinessIds, rewrapBusinessKey, type WrappedKey } from './business-keys.ts' // prettier-ignore
import { inBusiness, type Db } from './db.ts'

/** The installation's keys: the first encrypts, all decrypt. */
export type AppKeys = readonly { readonly id: string; readonly key: Buffer }[]

/** Where a sealed value lives. It can be opened there and nowhere else. */
export type Place = { readonly table: string; readonly column: string; readonly row: string }

/** One business's seal. Sealing and opening need no database, so they are safe inside any transaction. */
export type BusinessSeal = {
  seal(place: Place, plain: string): string
  /** Throws a SealError for a value that was changed, moved here from elsewhere, or sealed with another key. */
  open(place: Place, sealed: string): string
}

export type Seal = {
  /** Makes the business's key when it has none yet. Ask before taking locks: this may use a connection of its own. */
  of(businessId: string): Promise<BusinessSeal>
}

/** A sealed value that cannot be opened. Says where it lives, never what it or the key is. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

/** Open keys kept in memory; beyond that the least recently used one is read again when needed. */
const MOST_KEYS_IN_MEMORY = 1000

/**
 * Encrypts secrets at rest: AES-256-GCM with a key per business, which the installation's keys wrap.
 *
 * The associated data names table, column, business and row, so that a sealed value copied to another place does not
 * open there. A database without APP_KEYS gives nothing away.
 */
export function openSeal(db: Db, appKeys: AppKeys): Seal {
  const wrapping = wrappingKeys(appKeys)
  const seals = new Map<string, BusinessSeal>()

  return {
    async of(businessId) {
      const known = seals.get(businessId)
      const seal = known ?? sealWith(await dataKey(db, wrapping, businessId), businessId)
      seals.delete(businessId)
      seals.set(businessId, seal)
      const [oldest] = seals.keys()
      if (seals.size > MOST_KEYS_IN_MEMORY && oldest !== undefined) seals.delete(oldest)
      return seal
    },
  }
}

/** Wraps every business's key with the first of the installation's keys, so that older ones can be retired. Returns how many. */
export async function rewrapKeys(db: Db, appKeys: AppKeys): Promise<number> {
  const wrapping = wrappingKeys(appKeys)
  let rewrapped = 0
  for (const businessId of await listBusinessIds(db)) {
    rewrapped += await inBusiness(db, businessId, async (inside) => {
      const before = await findBusinessKey(inside, businessId)
      if (!before || before.keyId === wrapping.first.id) return 0
      const after = wrap(wrapping, businessId, unwrap(wrapping, businessId, before))
      return (await rewrapBusinessKey(inside, businessId, before, after)) ? 1 : 0
    })
  }
  return rewrapped
}

type WrappingKeys = {
  readonly first: { readonly id: string; readonly key: Buffer }
  readonly byId: ReadonlyMap<string, Buffer>
}

function wrappingKeys(appKeys: AppKeys): WrappingKeys {
  // One purpose, one key: what else APP_KEYS may serve for cannot open these.
  const derived = appKeys.map(({ id, key }) => ({
    id,
    key: Buffer.from(hkdfSync('sha256', key, '', 'puntual business keys v1', 32)),
  }))
  const [first] = derived
  if (!first) throw new SealError('there is no key to encrypt with: APP_KEYS is empty')
  return { first, byId: new Map(derived.map(({ id, key }) => [id, key])) }
}

async function dataKey(db: Db, wrapping: WrappingKeys, businessId: string): Promise<Buffer> {
  const stored = await inBusiness(
    db,
    businessId,
    async (inside) =>
      (await findBusinessKey(inside, businessId)) ??
      (await ensureBusinessKey(inside, businessId, wrap(wrapping, businessId, randomBytes(32)))),
  )
  return unwrap(wrapping, businessId, stored)
}

function wrap({ first }: WrappingKeys, businessId: string, key: Buffer): WrappedKey {
  return { keyId: first.id, wrapped: joined(encrypt(first.key, keyPlace(businessId), key)) }
}

function unwrap({ byId }: WrappingKeys, businessId: string, { keyId, wrapped }: WrappedKey): Buffer {
  const key = byId.get(keyId)
  if (!key) throw new SealError(`the key "${keyId}" that protects a business's secrets is not in APP_KEYS`)
  const parts = {
    iv: wrapped.subarray(0, IV_BYTES),
    ciphertext: wrapped.subarray(IV_BYTES, -TAG_BYTES),
    tag: wrapped.subarray(-TAG_BYTES),
  }
  const opened = decrypt(key, keyPlace(businessId), parts)
  if (!opened) throw new SealError(`a business's key does not open with the key "${keyId}" of APP_KEYS`)
  return opened
}

const keyPlace = (businessId: string): string =>
  placed({ table: 'business_keys', column: 'wrapped', row: businessId }, businessId)

/** `v1.<iv>.<ciphertext>.<tag>` in base64url. */
function sealWith(key: Buffer, businessId: string): BusinessSeal {
  return {
    seal(place, plain) {
      const { iv, ciphertext, tag } = encrypt(key, placed(place, businessId), Buffer.from(plain, 'utf8'))
      return ['v1', ...[iv, ciphertext, tag].map((part) => part.toString('base64url'))].join('.')
    },
    open(place, sealed) {
      const [version, iv, ciphertext, tag, ...rest] = sealed.split('.')
      const opened =
        version === 'v1' && iv && ciphertext !== undefined && tag && rest.length === 0
          ? decrypt(key, placed(place, businessId), {
              iv: Buffer.from(iv, 'base64url'),
              ciphertext: Buffer.from(ciphertext, 'base64url'),
              tag: Buffer.from(tag, 'base64url'),
            })
          : null
      if (!opened) throw new SealError(`the sealed value in ${place.table}.${place.column} cannot be opened there`)
      return opened.toString('utf8')
    },
  }
}

const placed = (place: Place, businessId: string): string =>
  [place.table, place.column, businessId, place.row].join('|')

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

type Encrypted = { readonly iv: Buffer; readonly ciphertext: Buffer; readonly tag: Buffer }

/** A fresh random nonce each time: fine for far fewer than 2^32 values per key, which a key per business keeps to. */
function encrypt(key: Buffer, place: string, plain: Buffer): Encrypted {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(place, 'utf8'))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
  return { iv, ciphertext, tag: cipher.getAuthTag() }
}

/** Null when anything at all does not fit. */
function decrypt(key: Buffer, place: string, { iv, ciphertext, tag }: Encrypted): Buffer | null {
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) return null
  try {
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(place, 'utf8'))
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    return null
  }
}

const joined = ({ iv, ciphertext, tag }: Encrypted): Buffer => Buffer.concat([iv, ciphertext, tag])
