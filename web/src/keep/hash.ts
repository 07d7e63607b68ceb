/** Hex SHA-256; empty where the browser has no SubtleCrypto, as over plain http from another machine. */
export async function hash(bytes: ArrayBuffer): Promise<string> {
  if (!globalThis.crypto?.subtle) return ''
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
