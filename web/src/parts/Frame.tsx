import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { dataState, theData } from '../data/set'
import { complain, dismiss, said, shown, theme, troubles, view, viewNames, type Theme } from '../state/app'
import { t } from '../words'
import { count } from './format'
import { Moves } from './Moves'
import { Shortcuts, shortcutsShown } from './Shortcuts'
import './frame.css'

export function Frame({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${t.views[view.value]} · ${t.name}`
  }, [view.value])
  return (
    <>
      <a class="button skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus() }}>{t.skip}</a>
      <header class="head">
        <div class="head-inner">
          <div class="brand"><Mark />{t.name}</div>
          <nav class="views" aria-label={t.nav}>
            {viewNames.map((name) => (
              <a key={name} href={`#view=${name}`} aria-current={view.value === name ? 'page' : undefined}
                onClick={(event) => { event.preventDefault(); view.value = name }}>{t.views[name]}</a>
            ))}
          </nav>
          <div class="head-end">
            <DataChip />
            <ThemeChoice />
            <button type="button" class="button plain slim" aria-label={t.shortcuts.open} onClick={() => { shortcutsShown.value = true }}><kbd>?</kbd></button>
          </div>
        </div>
      </header>
      <main class="content" id="main" ref={main} tabIndex={-1}>
        <Moves />
        <Troubles />
        {children}
      </main>
      <footer class="foot">{t.foot}</footer>
      <div class="visually-hidden" role="status" aria-live="polite">{said.value}</div>
      {shown.value && <p class="shown" aria-hidden="true">{shown.value}</p>}
      <Shortcuts />
    </>
  )
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" fill="none" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">
      <path class="leg" d="M4 25 L13 7 L20 25" />
      <path class="seam" d="M13 25 h15" stroke-dasharray="4 4" />
    </svg>
  )
}

function DataChip() {
  const state = dataState.value
  if (state.phase === 'loading') {
    const percent = Math.round(100 * state.share)
    return (
      <span class="data-chip">
        <progress max={100} value={percent} aria-label={t.data.loading(percent)} />{percent} %
      </span>
    )
  }
  if (state.phase === 'server') {
    const percent = Math.round(100 * state.share)
    return (
      <span class="data-chip" title={t.data.serverHint}>
        <progress max={100} value={percent} aria-label={t.data.server(state.file, percent)} />{t.data.server(state.file, percent)}
      </span>
    )
  }
  if (state.phase === 'failed') {
    return <button type="button" class="button slim" onClick={() => void theData().catch(complain)}>{t.data.failed} · {t.data.retry}</button>
  }
  const images = count(state.train + state.test)
  return state.kind === 'real'
    ? <span class="data-chip data-ready">{t.data.real(images)}</span>
    : <span class="data-chip tag" title={[state.note, t.data.drawnHint].filter(Boolean).join(' ')}>{t.data.drawn(images)}</span>
}

function ThemeChoice() {
  return (
    <select aria-label={t.theme.label} value={theme.value} onChange={(event) => { theme.value = event.currentTarget.value as Theme }}>
      <option value="auto">{t.theme.auto}</option>
      <option value="light">{t.theme.light}</option>
      <option value="dark">{t.theme.dark}</option>
    </select>
  )
}

function Troubles() {
  return (
    <div class="troubles" role="alert">
      {troubles.value.map(({ id, message }) => (
        <div class="trouble" key={id}>
          <p>{message}</p>
          <button type="button" class="button plain slim" onClick={() => dismiss(id)}>{t.trouble.dismiss}</button>
        </div>
      ))}
    </div>
  )
}
