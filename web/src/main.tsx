import { takeToken } from './state/token'
import { start } from './start'
import './style/tokens.css'
import './style/base.css'

// The token leaves the address before anything else can see it.
takeToken()
start()
