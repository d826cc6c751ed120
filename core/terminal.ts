/**
 * What a terminal and its node say to each other beside the bytes (`GET /ports/{port}/terminal`, a WebSocket): bytes of the
 * console are binary messages in both directions, everything else is one of these in JSON.
 */
import type { LineMode } from './ports/line.js';

/** The name under which a terminal names itself: `who`. */
export const TERMINAL_NAME = '^[A-Za-z0-9._@-]{1,64}$';

export type TerminalRequest =
  /** Ask for the line: whoever holds it gives it back where that does no harm. */
  | { readonly do: 'ask' }
  /** Take it from whoever holds it. `confirm` is the name of the port, typed by a person. */
  | { readonly do: 'take'; readonly confirm: string }
  /** Give it back and go on watching. */
  | { readonly do: 'release' }
  /** Hold the line at space for half a second. */
  | { readonly do: 'break' };

export type TerminalNews =
  /** `yours`: keys go to the device. `busy`: `holder` writes. `free`: the first key claims it. */
  | {
      readonly line: 'yours' | 'busy' | 'free';
      readonly port: string;
      readonly holder?: string;
      readonly mode: LineMode;
      /** This terminal has asked for the line and waits. */
      readonly asked: boolean;
    }
  | { readonly console: 'open' }
  | { readonly console: 'lost'; readonly reason: string }
  | { readonly refused: { readonly code: string; readonly message: string; readonly next: string } };

/** Undefined where it is none. */
export function terminalRequestFrom(json: unknown): TerminalRequest | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { do: what, confirm } = json as { readonly do?: unknown; readonly confirm?: unknown };
  if (what === 'take') return typeof confirm === 'string' ? { do: 'take', confirm } : undefined;
  return what === 'ask' || what === 'release' || what === 'break' ? { do: what } : undefined;
}
