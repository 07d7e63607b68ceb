import { useEffect, useRef } from 'preact/hooks'
import { dropOwn, keepOwn, own, readOwn } from '../../keep/own'
import { saveFile } from '../../keep/download'
import type { OwnDrawing } from '../../keep/store'
import { fromNdjson, isEmpty, side, toLine, LineError } from '../../run/drawing'
import { classNames, modelNames, type ModelName } from '../../run/words'
import { blank, complain, say, show } from '../../state/app'
import { t } from '../../words'
import { FileButton } from './Tools'
import { learned } from './lesson'
import { clear, sheet } from './pad'
import { ink, paintStrokes } from './paint'
import { Teacher } from './Teacher'
import './lesson.css'

/** Learn from me: label what lies on the pad, and teach the networks. */
export function LessonCard() {
  useEffect(() => { void readOwn() }, [])
  const able = modelNames.filter((name) => !blank[name].value)
  return (
    <section class="card" aria-label={t.lesson.title}>
      <h2>{t.lesson.title}</h2>
      <p class="soft small">{t.lesson.lead}</p>
      <Labels />
      <h3 id="own-drawings">{t.lesson.mine}</h3>
      <OwnDrawings />
      <div class="row lesson-files">
        <button type="button" class="button slim" disabled={!own.value?.length} onClick={saveOwn}>{t.lesson.save}</button>
        <FileButton text={t.lesson.add} accept=".ndjson,.jsonl" take={(file) => void addFile(file)} />
      </div>
      <div class={able.length > 1 ? 'pair' : 'rows'}>{able.map((name) => <Teacher key={name} model={name} />)}</div>
    </section>
  )
}

/** A button a class: keeps the drawing on the pad under that name, and makes room for the next. */
function Labels() {
  const { strokes } = sheet.value
  const nothing = isEmpty({ strokes: [...strokes] })
  const keep = (label: number) => {
    void keepOwn([{ strokes, label }]).then(() => show(t.lesson.kept(classNames[label]!, own.peek()?.length ?? 0)))
    clear()
  }
  return (
    <>
      <h3 id="own-label">{t.lesson.what}</h3>
      <div class="labels" role="group" aria-labelledby="own-label">
        {classNames.map((name, label) => (
          <button key={name} type="button" class="button slim" disabled={nothing} title={nothing ? t.lesson.first : undefined} onClick={() => keep(label)}>{name}</button>
        ))}
      </div>
    </>
  )
}

function OwnDrawings() {
  const all = own.value ?? []
  if (all.length === 0) return <p class="soft small">{t.lesson.none}</p>
  return (
    <ul class="own-drawings" aria-labelledby="own-drawings">
      {all.map((one, i) => {
        const name = classNames[one.label]!
        return (
          <li key={one.id}>
            <OwnThumb drawing={one} label={t.lesson.one(name, i + 1)} />
            <span class="small">{name}</span>
            <span class="own-answers small">{modelNames.map((model) => <Verdict key={model} model={model} drawing={one} />)}</span>
            <button type="button" class="button plain own-remove" aria-label={t.lesson.remove(name, i + 1)} title={t.lesson.remove(name, i + 1)}
              onClick={() => void dropOwn(one.id).then(() => say(t.lesson.removed(name)))}>×</button>
          </li>
        )
      })}
    </ul>
  )
}

/** What a model that was taught names the drawing now. */
function Verdict({ model, drawing }: { model: ModelName; drawing: OwnDrawing }) {
  const end = learned(model)
  const at = end?.ids.indexOf(drawing.id) ?? -1
  if (!end || at < 0) return null
  const said = end.after.own[at]!
  const right = said === drawing.label
  const words = right ? t.lesson.right(t.models[model]) : t.lesson.wrong(t.models[model], classNames[said]!)
  return <span class={model} title={words}><span aria-hidden="true">{model.slice(-1)} {right ? '✓' : classNames[said]}</span><span class="visually-hidden">{words}</span></span>
}

/** Canvas pixels along each side. */
const sharp = 128

function OwnThumb({ drawing, label }: { drawing: OwnDrawing; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!
    context.setTransform(sharp / side, 0, 0, sharp / side, 0, 0)
    context.fillStyle = ink.paper
    context.fillRect(0, 0, side, side)
    paintStrokes(context, drawing.strokes)
  }, [drawing])
  return <canvas ref={canvas} class="own-thumb" width={sharp} height={sharp} role="img" aria-label={label} />
}

function saveOwn() {
  const lines = (own.peek() ?? []).map(({ strokes, label }) => toLine({ strokes, word: classNames[label]! }) + '\n')
  saveFile('my-drawings.ndjson', lines.join(''), 'application/x-ndjson')
}

async function addFile(file: File) {
  try {
    const all = fromNdjson(await file.text())
    const found = all.flatMap(({ strokes, word = '' }) => {
      const label = classNames.findIndex((name) => name.toLowerCase() === word.toLowerCase())
      return label < 0 ? [] : [{ strokes, label }]
    })
    if (found.length === 0) throw new Error(t.lesson.noNames(file.name))
    await keepOwn(found)
    show(found.length === all.length ? t.lesson.taken(found.length) : t.lesson.skipped(found.length, all.length))
  } catch (error) {
    complain(error instanceof LineError ? t.draw.badNdjson(error.line, error.message) : error)
  }
}
