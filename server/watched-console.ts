/** The console of one port with what listens to it: the source of its events, the alarm when it is away, waiting jobs. */
import type { ManagedPort } from '../core/managed-port.js';
import type { Console } from '../core/ports/console.js';
import type { Log } from '../core/ports/log.js';
import type { Alarms } from './alarms.js';

export interface WatchedConsoleParts {
  readonly port: ManagedPort;
  readonly console: Console;
  /** Makes events of what the console says. */
  readonly source: { start(): void; stop(): void };
  readonly alarms: Pick<Alarms, 'raise' | 'clear'>;
  readonly log: Log;
  /** The device said something, or may have while its console was away: a job may wait for that. */
  readonly spoke: () => void;
  /** Somebody asks for the line, has it, or gave it back. */
  readonly lineChanged: () => void;
}

const AWAY = 'consoleLost';
/** What waiting does not mend has an alarm of its own, by code. */
const ALARMS: ReadonlyMap<string, string> = new Map([
  ['CONSOLE_HOST_KEY_CHANGED', 'consoleHostKey'],
  ['CONSOLE_LOGIN_REFUSED', 'consoleLogin'],
  ['CONSOLE_SSH_ALGORITHMS', 'consoleLogin'],
]);

export class WatchedConsole {
  readonly console: Console;
  readonly #parts: WatchedConsoleParts;
  #stopListening = (): void => undefined;

  constructor(parts: WatchedConsoleParts) {
    this.console = parts.console;
    this.#parts = parts;
  }

  start(): void {
    const { port, console, source, alarms, log, spoke, lineChanged } = this.#parts;
    const told = (alarm: Promise<void>): void => {
      alarm.catch((error: unknown) => log.warn('alarm not kept', { port: port.id, reason: String(error) }));
    };
    this.#stopListening = console.subscribe((happening) => {
      if (happening.kind === 'received' || happening.kind === 'opened') spoke();
      if (happening.kind === 'holder' || happening.kind === 'asked') lineChanged();
      if (happening.kind === 'lost') {
        const { code, reason } = happening;
        told(alarms.raise(port, ALARMS.get(code) ?? AWAY, `The console is away: ${reason} (${code})`));
      }
      // An alarm may stand from a former process.
      if (happening.kind === 'opened') for (const kind of [AWAY, ...ALARMS.values()]) told(alarms.clear(port, kind));
    });
    source.start();
    console.start();
  }

  /** A console that the node itself closes is not lost: nobody is told. */
  async stop(): Promise<void> {
    this.#stopListening();
    this.#parts.source.stop();
    await this.console.stop();
  }
}
