import { frame } from './frame'
import { train } from './train'
import { trouble } from './trouble'
import { test } from './test'
import { look } from './look'
import { draw } from './draw'
import { keep } from './keep'
import { runs } from './runs'
import { lesson } from './lesson'

export const en = { ...frame, train, trouble, test, look, draw, keep, runs, lesson }
