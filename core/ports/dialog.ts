/** Talking with a device at its console, on a driver's tables. */
import type { BootTable, DeviceStateName, DialogTable, Exchange, Intent, LoginTable } from '../dialog-table.js';
import type { SlotValues } from '../template.js';
import type { Line } from './line.js';
import type { Credentials } from './secrets.js';

export interface DeviceState {
  readonly state: DeviceStateName;
  /** The prompt or question as it stands, printable. */
  readonly text: string;
}

export interface AnsweredQuestion {
  readonly id: string;
  readonly text: string;
  readonly answer: string;
}

export interface Reply {
  /** Cleaned answer without echo, noise and prompt; lines joined by `\n`. */
  readonly output: string;
  readonly state: DeviceState;
  readonly captures: Readonly<Record<string, string>>;
  readonly questions: readonly AnsweredQuestion[];
}

export type BootResult =
  /** `text` is everything seen since the watch began. */
  | { readonly kind: 'up'; readonly state: DeviceState; readonly boots: number; readonly text: string }
  | { readonly kind: 'loader'; readonly state: DeviceState; readonly boots: number; readonly text: string }
  | { readonly kind: 'silent'; readonly boots: number; readonly text: string }
  | { readonly kind: 'cap'; readonly boots: number; readonly text: string }
  | { readonly kind: 'loop'; readonly boots: number; readonly text: string };

export interface BootWatch {
  readonly boot: BootTable;
  /** The boot loader's own table: its prompts and countdowns are watched for too. */
  readonly loader?: DialogTable;
  /** Longest silence, ms (setting rebootTimeout). */
  readonly silenceMs: number;
  readonly capMs: number;
  onMilestone(story: string): void;
}

/** Looks for the speed at which a device can be read. */
export interface SpeedProbe {
  /** Tried in this order: first where the device is expected, bit/s. */
  readonly baudRates: readonly number[];
  /** Typed until a prompt answers. */
  readonly hail: string;
  /**
   * How long each speed is listened at before anything is typed, ms. What is said unasked tells a boot, in which nothing
   * may be typed, or another speed. Default: until the line is quiet.
   */
  readonly listenMs?: number;
}

export type SpeedFound =
  /** A clean prompt, read twice. Our end is at that speed. */
  | { readonly kind: 'prompt'; readonly baudRate: number; readonly state: DeviceState }
  /** Boot text could be read at that speed; our end is there and nothing was typed since. */
  | { readonly kind: 'booting'; readonly baudRate: number; readonly text: string }
  /** `refused`: why our own end did not take a speed, where it did not. */
  | { readonly kind: 'none'; readonly heard: 'nothing' | 'garbage'; readonly refused?: string };

export interface Dialog {
  readonly line: Line;
  /** Swaps tables: at a boot loader the loader's own apply. */
  useTable(table: DialogTable): void;
  /** Wakes the device if it may and says where it stands. Never types into a countdown or a boot. `silent` after `silenceMs`. */
  classify(silenceMs: number): Promise<DeviceState>;
  /** From login, press-return or user prompt to the op prompt, prepared. Errors: DEVICE_LOGIN_FAILED, DEVICE_SILENT, DEVICE_AT_LOADER, DEVICE_STATE_UNEXPECTED. */
  login(table: LoginTable, credentials: Credentials): Promise<DeviceState>;
  /** Errors: DEVICE_REFUSED, DEVICE_SILENT, DEVICE_UNKNOWN_QUESTION, DEVICE_QUESTION_WITHOUT_INTENT, DEVICE_RESTARTED (boot text or a login prompt in the answer), TRANSFER_* by failure class, CONSOLE_LOST, LINE_FENCED. */
  run(exchange: Exchange, slots: SlotValues, intents: readonly Intent[]): Promise<Reply>;
  /** Changes the speed of our end until the device can be read. Errors: LINE_FENCED, CONSOLE_LOST. */
  findSpeed(probe: SpeedProbe): Promise<SpeedFound>;
  /** What was heard says nothing any more: the device has lost its power since. */
  forget(): void;
  /** Listen-only till the device is up, stands at its loader, falls silent, or the cap is reached. */
  watchBoot(watch: BootWatch): Promise<BootResult>;
}

/** Makes the dialogue for a claimed line; implemented by connectors/sessions. */
export type OpenDialog = (line: Line, table: DialogTable, signal: AbortSignal) => Dialog;
