interface Choice<T extends string> {
  value: T
  text: string
  hint?: string
}

/** A few exclusive choices in one strip. */
export function Segments<T extends string>({ label, value, choices, onChoose, disabled = false }: {
  label: string
  value: T
  choices: readonly Choice<T>[]
  onChoose: (value: T) => void
  disabled?: boolean
}) {
  return (
    <div class="segments" role="group" aria-label={label}>
      {choices.map((choice) => (
        <button key={choice.value} type="button" aria-pressed={choice.value === value} title={choice.hint} disabled={disabled}
          onClick={() => onChoose(choice.value)}>{choice.text}</button>
      ))}
    </div>
  )
}
