import { saveFile } from '../../keep/download'
import type { ChartData } from '../../parts/Chart'
import { savePng, saveSvg } from '../../parts/pen'
import { complain } from '../../state/app'
import { t } from '../../words'
import { curveCsv, curveFigure } from './curveFigure'

/** A chart as a file, in the three ways that reports want it. */
export function SaveCurves({ name, title, data, yText }: { name: string; title: string; data: () => ChartData; yText: (value: number) => string }) {
  const figure = () => curveFigure(title, data(), yText)
  return (
    <details class="save-figure">
      <summary>{t.save}</summary>
      <div class="row">
        <button type="button" class="button slim" onClick={() => void savePng(name, figure()).catch(complain)}>{t.train.saveAs(title, 'PNG')}</button>
        <button type="button" class="button slim" onClick={() => saveSvg(name, figure())}>{t.train.saveAs(title, 'SVG')}</button>
        <button type="button" class="button slim" onClick={() => saveFile(`${name}.csv`, curveCsv(data()), 'text/csv')}>{t.train.saveAs(title, 'CSV')}</button>
      </div>
    </details>
  )
}
