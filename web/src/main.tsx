import './first'
import { start } from './start'
import './style/tokens.css'
import './style/base.css'

start()
