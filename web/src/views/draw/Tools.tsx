import { useRef } from 'preact/hooks'
import type { DataSet } from '../../data/set'
import { EraserIcon, FillIcon, MirrorIcon, PenIcon, RedoIcon, TrashIcon, UndoIcon } from '../../parts/icons'
import type { StrokeKind } from '../../run/drawing'
import { classNames } from '../../run/words'
import { t } from '../../words'
import { addPage, at, clear, ghost, mirror, page, pages, penWidth, redo, sheet, showImage, tool, turn, undo } from './pad'
import { exportDrawings, takeFile } from './picture'

const kinds: [StrokeKind, () => preact.JSX.Element][] = [['pencil', PenIcon], ['eraser', EraserIcon], ['fill', FillIcon]]

export function Tools({ data }: { data: DataSet }) {
  const { past, future } = page.value
  return (
    <div class="tools" role="group" aria-label={t.draw.tools}>
      <div class="toolbar">
        {kinds.map(([kind, Icon]) => (
          <button key={kind} type="button" class="button" aria-pressed={tool.value === kind} title={t.draw[kind]} onClick={() => { tool.value = kind }}><Icon /><span>{t.draw[kind]}</span></button>
        ))}
        <button type="button" class="button" title={t.draw.undo} disabled={past.length === 0} onClick={undo}><UndoIcon /><span>{t.draw.undo}</span></button>
        <button type="button" class="button" title={t.draw.redo} disabled={future.length === 0} onClick={redo}><RedoIcon /><span>{t.draw.redo}</span></button>
        <button type="button" class="button" title={t.draw.mirror} disabled={sheet.value.strokes.length === 0} onClick={mirror}><MirrorIcon /><span>{t.draw.mirror}</span></button>
        <button type="button" class="button" title={t.draw.clear} onClick={clear}><TrashIcon /><span>{t.draw.clear}</span></button>
      </div>
      <div class="tools-fields">
        <label class="field"><span>{t.draw.width}</span>
          <input type="range" min={0.5} max={2.5} step={0.1} value={penWidth.value} onInput={(event) => { penWidth.value = event.currentTarget.valueAsNumber }} />
        </label>
        <label class="field"><span>{t.draw.ghost}</span>
          <select value={ghost.value ?? ''} onChange={(event) => { ghost.value = event.currentTarget.value === '' ? null : Number(event.currentTarget.value) }}>
            <option value="">{t.draw.noGhost}</option>
            {classNames.map((name, i) => <option key={name} value={i}>{name}</option>)}
          </select>
        </label>
      </div>
      <div class="row">
        <button type="button" class="button slim" onClick={() => showImage(crypto.getRandomValues(new Uint32Array(1))[0]! % data.test.count)}>{t.draw.random}</button>
        <FileButton text={t.draw.upload} accept="image/*" />
      </div>
      <p class="small soft">{t.draw.pasteHint}</p>
      <Pages />
    </div>
  )
}

function Pages() {
  return (
    <details>
      <summary>{t.draw.file}</summary>
      <div class="row">
        <button type="button" class="button slim" disabled={at.value === 0} onClick={() => turn(-1)}>{t.draw.previous}</button>
        <span class="small">{t.draw.drawingOf(at.value + 1, pages.value.length)}</span>
        <button type="button" class="button slim" disabled={at.value === pages.value.length - 1} onClick={() => turn(1)}>{t.draw.next}</button>
        <button type="button" class="button slim" onClick={addPage}>{t.draw.add}</button>
      </div>
      <div class="row tools-files">
        <button type="button" class="button slim" disabled={!pages.value.some((one) => one.sheet.strokes.length > 0)} onClick={exportDrawings}>{t.draw.exportNdjson}</button>
        <FileButton text={t.draw.importNdjson} accept=".ndjson,.jsonl" />
      </div>
      <p class="small soft">{t.draw.fileHint}</p>
    </details>
  )
}

/** A button that opens a file. */
export function FileButton({ text, accept, take = (file) => void takeFile(file) }: { text: string; accept: string; take?: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" class="button slim" onClick={() => input.current!.click()}>{text}</button>
      <input ref={input} type="file" accept={accept} hidden aria-label={text}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0]
          event.currentTarget.value = ''
          if (file) take(file)
        }} />
    </>
  )
}
