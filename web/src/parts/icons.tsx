const frame = { viewBox: '0 0 20 20', 'aria-hidden': true, fill: 'none', stroke: 'currentColor', 'stroke-width': 2, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' } as const

export const PlayIcon = () => <svg {...frame} fill="currentColor"><path d="M6 4 L16 10 L6 16 Z" /></svg>
export const PauseIcon = () => <svg {...frame}><path d="M7 5 V15 M13 5 V15" stroke-width="3" /></svg>
export const StepIcon = () => <svg {...frame}><path d="M5 5 L11 10 L5 15 Z" fill="currentColor" /><path d="M15 5 V15" /></svg>
export const StopIcon = () => <svg {...frame} fill="currentColor"><rect x="5" y="5" width="10" height="10" /></svg>
export const ResetIcon = () => <svg {...frame}><path d="M5 8 A6 6 0 1 1 4 12" /><path d="M4 4 V8 H8" /></svg>
export const DiceIcon = () => <svg {...frame}><rect x="3" y="3" width="14" height="14" rx="3" /><path d="M7 7 h.01 M13 7 h.01 M10 10 h.01 M7 13 h.01 M13 13 h.01" stroke-width="2.6" /></svg>
export const UndoIcon = () => <svg {...frame}><path d="M4 8 H12 A4 4 0 0 1 12 16 H8" /><path d="M7 5 L4 8 L7 11" /></svg>
export const RedoIcon = () => <svg {...frame}><path d="M16 8 H8 A4 4 0 0 0 8 16 H12" /><path d="M13 5 L16 8 L13 11" /></svg>
export const MirrorIcon = () => <svg {...frame}><path d="M10 3 V17" stroke-dasharray="2 3" /><path d="M7 6 L3 14 H7 Z M13 6 L17 14 H13 Z" /></svg>
export const PenIcon = () => <svg {...frame}><path d="M4 16 L5 12 L13 4 L16 7 L8 15 Z" /></svg>
export const EraserIcon = () => <svg {...frame}><path d="M8 16 L3 11 L11 3 L17 9 L10 16 Z M6 8 L12 14" /></svg>
export const FillIcon = () => <svg {...frame}><path d="M4 7 L10 3 L16 7 L14 16 H6 Z" fill="currentColor" /></svg>
export const TrashIcon = () => <svg {...frame}><path d="M4 6 H16 M8 6 V4 H12 V6 M6 6 L7 16 H13 L14 6" /></svg>
