import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../words'

export const shortcutsShown = signal(false)
/** WCAG 2.1.4: single-key shortcuts can be switched off. */
export const shortcutsOn = signal(true)

export function Shortcuts() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (shortcutsShown.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [shortcutsShown.value])
  return (
    <dialog class="sheet" ref={dialog} aria-labelledby="shortcuts" onClose={() => { shortcutsShown.value = false }}>
      <h2 id="shortcuts">{t.shortcuts.title}</h2>
      <table>
        <tbody>
          {t.shortcuts.list.map(([key, what]) => (
            <tr key={key}><th scope="row"><kbd>{key}</kbd></th><td>{what}</td></tr>
          ))}
        </tbody>
      </table>
      <div class="row apart">
        <label class="row small">
          <input type="checkbox" checked={shortcutsOn.value} onChange={(event) => { shortcutsOn.value = event.currentTarget.checked }} />
          {t.shortcuts.on}
        </label>
        <button type="button" class="button" onClick={() => { shortcutsShown.value = false }}>{t.shortcuts.close}</button>
      </div>
      <p class="small soft">{t.shortcuts.when}</p>
    </dialog>
  )
}
