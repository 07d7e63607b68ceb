import { effect } from '@preact/signals'
import { render, type ComponentType } from 'preact'
import { openAtelier } from './atelier'
import { followKeeping } from './keep/autosave'
import { Frame } from './parts/Frame'
import { Question } from './parts/Question'
import { theme, view, type ViewName } from './state/app'
import { followHash } from './state/hash'
import { listenToKeys } from './state/keys'
import { agree, asking, question } from './state/losing'
import { askAfterMoves } from './state/serverRuns'
import { followRuns } from './state/training'
import { DrawView } from './views/draw/DrawView'
import { KeepView } from './views/keep/KeepView'
import { LookView } from './views/look/LookView'
import { RunsView } from './views/runs/RunsView'
import { TestView } from './views/test/TestView'
import { TrainView } from './views/train/TrainView'
import { t } from './words'

const views: Record<ViewName, ComponentType> = { train: TrainView, test: TestView, look: LookView, draw: DrawView, keep: KeepView, runs: RunsView }

function Page() {
  const View = views[view.value]
  return (
    <>
      <Frame><View /></Frame>
      <Question open={asking} text={question.value} yes={t.train.loseYes} no={t.train.loseNo} act={agree} />
    </>
  )
}

export function start() {
  followHash()
  followRuns()
  listenToKeys()
  // The workers start while the page is drawn.
  openAtelier()
  void followKeeping()
  askAfterMoves()
  effect(() => {
    if (theme.value === 'auto') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme.value
  })
  const place = document.getElementById('page')!
  place.replaceChildren()
  render(<Page />, place)
}
