import { own } from '../../keep/own'
import { duration, percent } from '../../parts/format'
import type { Tally } from '../../protocol/program.gen'
import type { ModelName } from '../../run/words'
import { moving } from '../../state/certainty'
import { t } from '../../words'
import { learned, least, lessons, most, stopTeaching, teach, undoLesson, type Learned, type Lesson } from './lesson'

/** A model's lesson: its button, its progress, and what came of it. */
export function Teacher({ model }: { model: ModelName }) {
  const title = t.models[model]
  const count = own.value?.length ?? 0
  const lesson = lessons[model].value
  const end = learned(model)
  const moves = moving(model)
  const hint = moves ? t.lesson.moves(title) : count < least ? t.lesson.few(least, count) : count > most ? t.lesson.many(most) : end ? t.lesson.fromBefore : null
  return (
    <section class={`teacher ${model}`} aria-label={`${t.lesson.title}: ${title}`}>
      <h3>{title}</h3>
      {lesson
        ? <Progress model={model} lesson={lesson} />
        : <>
            <div class="row">
              <button type="button" class={`button ${end ? '' : 'main'}`} disabled={moves || count < least || count > most} onClick={() => void teach(model)}>
                {end ? t.lesson.again(title) : t.lesson.teach(title)}
              </button>
              {end && <button type="button" class="button" onClick={() => void undoLesson(model)}>{t.lesson.undo}</button>}
            </div>
            {hint && <p class="small soft">{hint}</p>}
            {end && <Grades title={title} end={end} />}
          </>}
    </section>
  )
}

function Progress({ model, lesson: { phase, step, steps } }: { model: ModelName; lesson: Lesson }) {
  const words = phase === 'steps' ? t.lesson.step(step, steps) : t.lesson[phase]
  return (
    <div class="lesson-progress">
      <progress max={steps} {...(phase === 'before' ? {} : { value: step })} aria-label={`${t.models[model]}: ${words}`} />
      <span class="small">{words}</span>
      {phase === 'steps' && <button type="button" class="button slim" onClick={() => stopTeaching(model)}>{t.lesson.stop}</button>}
    </div>
  )
}

function Grades({ title, end: { before, after, seconds } }: { title: string; end: Learned }) {
  const of = after.own.length
  const rows: { what: string; then: Tally; now: Tally }[] = [
    { what: t.lesson.own, then: { right: before.own_right, of }, now: { right: after.own_right, of } },
    { what: t.lesson.images, then: before.images, now: after.images },
    { what: t.lesson.generated, then: before.generated, now: after.generated },
  ]
  return (
    <>
      <table class="grades">
        <caption class="visually-hidden">{t.lesson.grades(title)}</caption>
        <thead><tr><th>{t.lesson.onWhat}</th><th class="number">{t.lesson.then}</th><th class="number">{t.lesson.now}</th></tr></thead>
        <tbody>
          {rows.map(({ what, then, now }) => (
            <tr key={what}>
              <th scope="row">{what}</th>
              {[then, now].map((tally, i) => <td key={i} class="number">{t.lesson.of(tally.right, tally.of)}{tally.of >= 100 && <small class="soft"> {percent(tally.right / tally.of, 1)}</small>}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="small soft">{t.lesson.took(duration(seconds))}</p>
    </>
  )
}
