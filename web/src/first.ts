import { takeToken } from './state/token'
import { program } from './worker/program'

// What comes before the rest of the page is even evaluated: the token leaves the
// address before anything else can see it, and the program, on which all waits, is sent for.
takeToken()
program().catch(() => {}) // told by whoever waits for it
