const grouped = new Intl.NumberFormat('en-US')

export const count = (value: number) => grouped.format(Math.round(value))
/** A number in few letters: 320, 9.3k, 19k, 1.6M. */
export function brief(value: number): string {
  if (value < 1000) return String(value)
  return value < 999_500 ? `${(value / 1e3).toFixed(value < 9950 ? 1 : 0)}k` : `${(value / 1e6).toFixed(1)}M`
}

export const images = (value: number) => `${count(value)} ${value === 1 ? 'image' : 'images'}`

/** 0.9272 as 92.72 %. */
export const percent = (share: number | null | undefined, digits = 2) =>
  share === null || share === undefined || Number.isNaN(share) ? '–' : `${(100 * share).toFixed(digits)} %`
/** A difference of shares in percentage points, with its sign: +1.20. */
export const points = (share: number) => {
  const text = Math.abs(100 * share).toFixed(2)
  return text === '0.00' ? text : `${share > 0 ? '+' : '−'}${text}`
}
export const decimals = (value: number | null | undefined, digits = 4) =>
  value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)

/** Decimals with a minus as long as a plus. */
export const minus = (value: number, digits: number) => decimals(value, digits).replace('-', '−')
/** A number that is added, with its sign: + 0.120. */
export const signed = (value: number, digits = 4) => `${value < 0 ? '−' : '+'} ${decimals(Math.abs(value), digits)}`

/** A learning rate without trailing zeros. */
export const rate = (value: number) => (value >= 1e-4 || value === 0 ? String(Number(value.toPrecision(4))) : value.toExponential(2))

export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–'
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

export function bytes(size: number): string {
  if (size < 1e6) return `${size === 0 ? 0 : Math.max(1, Math.round(size / 1e3))} kB`
  return size < 1e9 ? `${(size / 1e6).toFixed(1)} MB` : `${(size / 1e9).toFixed(1)} GB`
}

/** The first eight digits are enough to compare by eye. */
export const shortSha = (sha: string) => sha.slice(0, 8)

/** 23 Nov, 14:05 */
export const moment = (time: number) => new Date(time).toLocaleString('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

export const clock = (time: number) => new Date(time).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
