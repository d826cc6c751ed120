/** How an exchange ended; connectors turn it into a reply or an error of the registry. */
import type { Intent } from '../../core/dialog-table.js';
import type { AnsweredQuestion, DeviceState } from '../../core/ports/dialog.js';
import type { Prompt, SeenFailure } from './compiled-table.js';

export interface Answer {
  readonly output: string;
  /** `booting` where boot text ended it, `unknown` where the exchange's own `ready` did. */
  readonly state: DeviceState;
  readonly captures: Readonly<Record<string, string>>;
  readonly questions: readonly AnsweredQuestion[];
  /** Whether the device echoed the command; undefined where none was typed. */
  readonly echoed?: boolean;
}

export type ExchangeResult =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: SeenFailure; readonly answer: Answer }
  | { readonly kind: 'unknownQuestion'; readonly text: string }
  | { readonly kind: 'questionWithoutIntent'; readonly id: string; readonly text: string; readonly intent: Intent }
  /** The answer's template did not take the value: nothing was typed. */
  | { readonly kind: 'answerRefused'; readonly error: unknown }
  /** Boot text, and no prompt after it: nothing is typed any more. */
  | { readonly kind: 'bootStarted'; readonly text: string }
  | { readonly kind: 'loggedOut'; readonly prompt: Prompt }
  /** A prompt in none of the wanted states. */
  | { readonly kind: 'unexpected'; readonly prompt: Prompt }
  | { readonly kind: 'silent'; readonly afterMs: number }
  | { readonly kind: 'timeout'; readonly afterMs: number }
  | { readonly kind: 'tooLong'; readonly chars: number };
