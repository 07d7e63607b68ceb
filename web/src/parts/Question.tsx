import type { Signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'

/** Asks before something is lost. */
export function Question({ open, text, yes, no, act }: { open: Signal<boolean>; text: string; yes: string; no: string; act: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open.value])
  return (
    <dialog class="sheet" ref={dialog} aria-label={text} onClose={() => { open.value = false }}>
      <p>{text}</p>
      <div class="row">
        <button type="button" class="button main" onClick={() => { act(); open.value = false }}>{yes}</button>
        <button type="button" class="button" onClick={() => { open.value = false }}>{no}</button>
      </div>
    </dialog>
  )
}
