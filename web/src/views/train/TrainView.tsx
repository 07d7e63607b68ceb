import { here } from '../../state/app'
import type { Run } from '../../run/run'
import { modelNames } from '../../run/words'
import { t } from '../../words'
import { Offers } from '../keep/KeepView'
import { Controls } from './Controls'
import type { Curve } from './curves'
import { Curves } from './Curves'
import { Kinds } from './Kinds'
import { EpochTable, Live } from './Live'
import { ModelCard } from './ModelCard'
import { SettingsPanel } from './SettingsPanel'
import './train.css'

export function TrainView() {
  const begun = modelNames.map((name) => here[name]).filter((run) => run.status.value !== 'idle')
  return (
    <div class="view train-view">
      <header>
        <h1>{t.train.title}</h1>
        <p class="lead">{t.train.lead}</p>
      </header>
      <div class="train-grid">
        <aside class="side card" aria-label={t.train.settings}>
          <Controls />
          <details class="settings-fold" open={matchMedia('(min-width: 900px)').matches}>
            <summary>{t.train.settings}</summary>
            <SettingsPanel />
          </details>
        </aside>
        <div class="rows">
          <Offers />
          {/* What learns stands first; the networks, chosen by then, come after. */}
          {begun.length > 0 && <>
            <div class={begun.length > 1 ? 'pair' : 'rows'}>{begun.map((run) => <Live key={run.id} run={run} />)}</div>
            <OwnCurves runs={begun} />
            {begun.map((run) => <EpochTable key={run.id} run={run} />)}
          </>}
          <div key="networks" class="pair">{modelNames.map((name) => <ModelCard key={name} name={name} />)}</div>
          {begun.length === 0 && <Kinds />}
        </div>
      </div>
    </div>
  )
}

/** Apart, so that a step draws the curves and not the whole view. */
function OwnCurves({ runs }: { runs: readonly Run[] }) {
  return <Curves curves={runs.map((run): Curve => ({ model: run.model, title: t.models[run.model], place: 'here', history: run.history.value }))} />
}
