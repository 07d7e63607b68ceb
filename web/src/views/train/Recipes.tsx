import { recipeNames, type ModelName, type RecipeName } from '../../run/words'
import { chosen, recipes, settings } from '../../state/app'
import { t } from '../../words'

/** One card a recipe; what all chosen models can be trained by is offered. */
export function RecipeCards({ now, disabled }: { now: RecipeName; disabled: boolean }) {
  const offered = recipeNames.filter((name) => name === now || chosen.value.every((model) => recipes[model].value?.some((one) => one.name === name)))
  const choose = (recipe: RecipeName) => { settings.value = { ...settings.value, recipe, epochs: null, lr: null, monitor: null } }
  return (
    <fieldset class="recipes" disabled={disabled}>
      <legend>{t.train.recipe}</legend>
      {offered.map((name) => (
        <label key={name} class={`recipe ${name === now ? 'on' : ''}`}>
          <input type="radio" name="recipe" value={name} checked={name === now} onChange={() => choose(name)} />
          <span><strong>{t.train.recipes[name]}</strong> <small>{t.train.recipeHints[name]}</small></span>
        </label>
      ))}
      <Why recipe={now} />
    </fieldset>
  )
}

interface Reason { what: string; text: string; models: ModelName[] }

/** One sentence a choice, as the program itself gives it; where the models differ, each has its own. */
function Why({ recipe }: { recipe: RecipeName }) {
  const reasons: Reason[] = []
  for (const model of chosen.value) {
    for (const { what, text } of recipes[model].value?.find((one) => one.name === recipe)?.why ?? []) {
      const same = reasons.find((reason) => reason.text === text)
      if (same) same.models.push(model)
      else reasons.push({ what, text, models: [model] })
    }
  }
  if (reasons.length === 0) return null
  return (
    <details>
      <summary>{t.train.why}</summary>
      <dl class="why">
        {reasons.map(({ what, text, models }) => (
          <div key={text}>
            <dt>{t.train.choices[what] ?? what}{models.length < chosen.value.length && <span class="soft"> · {models.map((name) => t.models[name]).join(', ')}</span>}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
