/** What was found in an evidence pack. Without problems it is what was sealed, byte for byte. */
export type Verification = {
  readonly problems: readonly string[]
  /** How many files the manifest names. */
  readonly entries: number
  /** The hash of the manifest's last line: the pack's name in one number. Null where there is no manifest to read. */
  readonly head: string | null
}

/** Judges a pack by its bytes alone. With `expectedHead`, also whether it is the very pack that was noted elsewhere. */
export function verifyEvidence(archive: Uint8Array, expectedHead?: string | null): Verification
