/** What a console server tells of its serial line, as notes for the session log. */
import type { Clock } from '../../core/ports/clock.js';
import type { LineState, ModemState } from '../../protocols/telnet/index.js';

type News =
  | { readonly kind: 'modemState'; readonly state: ModemState }
  | { readonly kind: 'lineState'; readonly state: LineState };

/** A line at the wrong rate gives an error with each byte; a loose plug flaps. Notes in each `WINDOW_MS`. */
const NOTES_MAX = 10;
const WINDOW_MS = 10_000;

const SIGNALS: Readonly<Record<keyof ModemState, string>> = {
  carrier: 'DCD',
  ring: 'RI',
  dataSetReady: 'DSR',
  clearToSend: 'CTS',
};
const ERRORS: Readonly<Record<keyof LineState, string>> = {
  breakDetected: 'break',
  framingError: 'framing error',
  parityError: 'parity error',
  overrun: 'overrun',
};

export class LineNews {
  readonly #clock: Clock;
  readonly #note: (text: string) => void;
  #modemLines = '';
  #window = { sinceMs: -Infinity, notes: 0 };

  constructor(clock: Clock, note: (text: string) => void) {
    this.#clock = clock;
    this.#note = note;
  }

  tell(news: News): void {
    if (news.kind === 'lineState') {
      const errors = named(news.state, ERRORS);
      if (errors !== '') this.#say(`serial line: ${errors}`);
      return;
    }
    const lines = named(news.state, SIGNALS) || 'all off';
    if (lines === this.#modemLines) return;
    this.#modemLines = lines;
    this.#say(`modem lines: ${lines}`);
  }

  #say(text: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#window.sinceMs >= WINDOW_MS) this.#window = { sinceMs: nowMs, notes: 0 };
    if (++this.#window.notes <= NOTES_MAX) this.#note(text);
  }
}

function named<Key extends string>(
  state: Readonly<Record<Key, boolean>>,
  names: Readonly<Record<Key, string>>,
): string {
  return (Object.keys(names) as Key[])
    .filter((key) => state[key])
    .map((key) => names[key])
    .join(', ');
}
