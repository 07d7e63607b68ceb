/** A name that nothing else has. Plain http from another machine has no randomUUID. */
export const newId = (): string => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].map((word) => word.toString(16).padStart(8, '0')).join('')
