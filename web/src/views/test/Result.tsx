import { useEffect, useRef, useState } from 'preact/hooks'
import { saveFile } from '../../keep/download'
import type { Part } from '../../data/set'
import { count, decimals, percent } from '../../parts/format'
import { savePng, saveSvg } from '../../parts/pen'
import { classNames, type Evaluation } from '../../run/words'
import { whichOf, type Tested } from '../../state/evaluations'
import { complain } from '../../state/app'
import { t } from '../../words'
import { imagesOfCell } from './agreement'
import { fileOf, matrixCsv, matrixFigure, tableCsv } from './figure'
import { ImageList } from './ImageList'
import { Matrix, MatrixLegend, type Cell, type Showing } from './Matrix'

/** One model's test: figures, matrix with its images, table, and all of it as files. */
export function Result({ tested, part, showing }: { tested: Tested; part: Part; showing: Showing }) {
  const [cell, setCell] = useState<Cell | null>(null)
  const title = t.models[tested.model]
  const which = whichOf(tested)
  const right = tested.confusion.reduce((sum, row, i) => sum + row[i]!, 0)
  const panel = useRef<HTMLElement>(null)
  useEffect(() => { if (cell) panel.current?.focus({ preventScroll: true }) }, [cell])
  return (
    <>
      <dl class="figures">
        <div class="strong"><dt>{t.accuracy}</dt><dd>{percent(tested.accuracy)}</dd></div>
        <div><dt>{t.loss}</dt><dd>{decimals(tested.loss)}</dd></div>
        <div><dt>{t.test.macro} {t.test.f1}</dt><dd>{percent(tested.macro_f1)}</dd></div>
        <div><dt>{t.test.wrong}</dt><dd>{count(tested.images - right)}<small class="soft"> {t.test.ofImages(count(tested.images))}</small></dd></div>
      </dl>
      {which && <p class="small soft">{t.test.of[which]}</p>}
      <h3>{t.test.matrix(title)}</h3>
      <p class="small soft">{t.test.matrixHint}</p>
      <Matrix evaluation={tested} showing={showing} chosen={cell} onChoose={setCell} />
      <MatrixLegend evaluation={tested} />
      {cell && (
        <section class="cell-images" ref={panel} tabIndex={-1} aria-label={cellTitle(cell, title)}
          onKeyDown={(event) => { if (event.key === 'Escape') { setCell(null); focusCell(tested.model, cell) } }}>
          <div class="row apart">
            <h3>{cellTitle(cell, title)}</h3>
            <button type="button" class="button plain slim" onClick={() => { setCell(null); focusCell(tested.model, cell) }}>{t.close}</button>
          </div>
          <p class="small soft">{t.test.imagesHint}</p>
          <ImageList key={`${cell.truth}-${cell.said}`} part={part} indices={imagesOfCell(tested, part.labels, cell.truth, cell.said)} sure={tested.confidences} />
        </section>
      )}
      <h3>{t.test.table}</h3>
      <ClassTable evaluation={tested} />
      <Saves evaluation={tested} showing={showing} />
    </>
  )
}

const cellTitle = ({ truth, said }: Cell, title: string) =>
  truth === said ? t.test.imagesRight(classNames[truth]!, title) : t.test.images(classNames[truth]!, classNames[said]!, title)

function focusCell(model: string, { truth, said }: Cell) {
  document.querySelector<HTMLElement>(`.matrix.${model} [data-cell="${truth}-${said}"]`)?.focus()
}

function ClassTable({ evaluation }: { evaluation: Evaluation }) {
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={`${t.models[evaluation.model]}: ${t.test.table}`}>
      <table class="figures-table">
        <caption class="visually-hidden">{t.test.table}</caption>
        <thead>
          <tr><th>{t.classes}</th><th class="number">{t.test.precision}</th><th class="number">{t.test.recall}</th><th class="number">{t.test.f1}</th><th class="number">{t.test.support}</th></tr>
        </thead>
        <tbody>
          {evaluation.per_class.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td class="number">{percent(row.precision, 1)}</td><td class="number">{percent(row.recall, 1)}</td>
              <td class="number">{percent(row.f1, 1)}</td><td class="number">{row.support}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{t.test.macro}</th>
            <td class="number">{percent(evaluation.macro_precision, 1)}</td><td class="number">{percent(evaluation.macro_recall, 1)}</td>
            <td class="number">{percent(evaluation.macro_f1, 1)}</td><td class="number">{evaluation.images}</td>
          </tr>
        </tbody>
      </table>
    </div>
  )
}

function Saves({ evaluation, showing }: { evaluation: Tested; showing: Showing }) {
  const of = fileOf(evaluation)
  const figure = () => matrixFigure(evaluation, showing)
  const saves: [string, () => void][] = [
    [t.test.save.matrixPng, () => void savePng(`confusion_${of}`, figure()).catch(complain)],
    [t.test.save.matrixSvg, () => saveSvg(`confusion_${of}`, figure())],
    [t.test.save.matrixCsv, () => saveFile(`confusion_${of}.csv`, matrixCsv(evaluation), 'text/csv')],
    [t.test.save.tableCsv, () => saveFile(`per_class_${of}.csv`, tableCsv(evaluation), 'text/csv')],
    [t.test.save.report, () => saveFile(`classification_report_${of}.txt`, evaluation.report, 'text/plain')],
  ]
  return (
    <details>
      <summary>{t.save}</summary>
      <div class="row">{saves.map(([name, act]) => <button key={name} type="button" class="button slim" onClick={act}>{name}</button>)}</div>
    </details>
  )
}
