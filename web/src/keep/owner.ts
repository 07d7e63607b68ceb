import type { ModelName } from '../run/words'

const largestHeader = 1_000_000

/** The model whose first layer a safetensors file names; null where it is neither's. */
export function ownerOf(bytes: ArrayBuffer): ModelName | null {
  if (bytes.byteLength < 8) return null
  const length = Number(new DataView(bytes).getBigUint64(0, true))
  if (length > largestHeader || length > bytes.byteLength - 8) return null
  const header = new TextDecoder().decode(new Uint8Array(bytes, 8, length))
  if (header.includes('"conv1.weight"')) return 'model1'
  return header.includes('"features.0.conv.weight"') ? 'model2' : null
}
