import { release } from '../state/handover'
import { askAgain, moves, sentenceOfMove } from '../state/moves'
import { t } from '../words'

/** Runs that are on their way between here and the server, or of which it is not known where they are. */
export function Moves() {
  const shown = moves.value.filter((move) => !move.released)
  if (shown.length === 0) return null
  return (
    <section class="moves" aria-label={t.runs.moves}>
      {shown.map((move) => (
        <div class="move" key={`${move.what} ${move.id}`}>
          <p>{sentenceOfMove(move)}</p>
          {move.why !== null && (
            <div class="row">
              <button type="button" class="button slim" onClick={() => askAgain(move)}>{t.runs.askAgain}</button>
              {move.what === 'send' && <button type="button" class="button plain slim" onClick={() => void release(move)}>{t.runs.goOnHere}</button>}
            </div>
          )}
        </div>
      ))}
    </section>
  )
}
