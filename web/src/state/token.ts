const key = 'atelier-token'

/**
 * The server prints its start token in the address's hash. It is taken out
 * before anything else runs, so that no link, report or export can hold it.
 * Returns whether the hash held nothing else.
 */
export function takeToken(): boolean {
  const words = new URLSearchParams(location.hash.replace(/^#/, ''))
  const token = words.get('token')
  if (token === null) return false
  words.delete('token')
  const rest = words.toString()
  history.replaceState(null, '', rest ? `#${rest}` : location.pathname + location.search)
  try {
    sessionStorage.setItem(key, token)
  } catch {
    memory = token
  }
  return rest === ''
}

let memory: string | null = null

export function theToken(): string | null {
  try {
    return sessionStorage.getItem(key) ?? memory
  } catch {
    return memory
  }
}
