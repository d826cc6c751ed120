/**
 * What a device says at its console and how to answer, as data. Patterns are regular expressions without flags,
 * matched against cleaned text (no ANSI, no CR, echo removed); prompt patterns against the last, unterminated line.
 */

/** Why a step may answer a dangerous question with yes (ARCHITECTURE 4). `safe` answers need no intent. */
export type Intent =
  'safe' | 'overwrite' | 'erase' | 'reload' | 'saveConfig' | 'discardConfig' | 'install' | 'recover' | 'manualBoot';

/** Where a device can stand. `ready` states take commands; others want a login, a key, or nothing at all. */
export type DeviceStateName =
  | 'login'
  | 'password'
  | 'pressReturn'
  | 'setup'
  | 'user'
  | 'exec'
  | 'config'
  | 'loader'
  | 'booting'
  | 'question'
  | 'silent'
  | 'unknown';

export interface PromptRow {
  readonly state: Exclude<DeviceStateName, 'booting' | 'silent' | 'unknown' | 'question'>;
  /** Matched against the last unterminated line, whole. */
  readonly pattern: string;
}

export interface QuestionRow {
  readonly id: string;
  /** Matched at the end of the text. Group names may be used in `answer` as `{{name}}`. */
  readonly pattern: string;
  /** What is typed when the running exchange has the intent. Empty text with `key: false` is a bare RETURN. */
  readonly answer: string;
  /** What is typed instead when the same question comes again in one exchange: "change it? y", then "change it? n". */
  readonly answerAgain?: string;
  /** What is typed when it has not; absent: the exchange fails with DEVICE_QUESTION_WITHOUT_INTENT. */
  readonly otherwise?: string;
  /**
   * A single keystroke without line ending, as IOS `[confirm]` reads it. `thenReturn`: a keystroke, and a RETURN only where
   * the device shows nothing but that key a while later: some generations of one system read keys, others lines.
   */
  readonly key: boolean | 'thenReturn';
  readonly intent: Intent;
  /** Answered so, what was asked for is declined for good: another attempt would be asked the same. */
  readonly declines?: true;
}

export interface FailureRow {
  readonly pattern: string;
  /** Error class for transfers, or `refused` for commands. */
  readonly class: FailureClass;
  /** No other attempt and no other method can change it. */
  readonly final?: true;
}

/** Why a transfer or command failed; decides whether another attempt makes sense. */
export type FailureClass = 'transport' | 'remoteFile' | 'space' | 'integrity' | 'refused' | 'timeout' | 'aborted';

export interface DialogTable {
  /** Sent after each command: `\r` on nearly every console. */
  readonly lineEnding: string;
  readonly prompts: readonly PromptRow[];
  readonly pagers: readonly { readonly pattern: string; readonly answer: string }[];
  readonly questions: readonly QuestionRow[];
  /** A line that makes a command fail. First match decides. */
  readonly failures: readonly FailureRow[];
  /** Whole lines that may come at any time and belong to nobody's answer: log messages. */
  readonly noise: readonly string[];
  /** Text that stands while the device works and looks like a question: `Loading x (via Vlan1): ` before the first block. */
  readonly busy?: readonly string[];
  /** Text after which nothing may be typed: a boot loader counts down. */
  readonly countdowns: readonly string[];
  /** Text that says a boot has begun: the line turns listen-only. */
  readonly bootStarts: readonly string[];
  /** Patterns of secrets in output; group 1 is masked in transcripts and logs. */
  readonly secrets: readonly string[];
}

/** One thing said to a device and what ends its answer. */
export interface Exchange {
  /** Command template (see template.ts). Absent: only listen. */
  readonly send?: string;
  /** States that end it; absent: `user`, `exec`, `config` and, where the exchange began there, `loader`. */
  readonly until?: readonly PromptRow['state'][];
  /** Ends it before any prompt: an in-band transfer may start here. */
  readonly ready?: string;
  /** Must be seen in the answer, else DEVICE_REFUSED. */
  readonly success?: string;
  /** Questions of this exchange alone, looked for before prompts and before the table's own: a file server's password. */
  readonly questions?: readonly QuestionRow[];
  /** Looked for before the table's own failures. */
  readonly failures?: readonly FailureRow[];
  /** The table's failures do not apply: the answer is data (a configuration, a file). */
  readonly ignoreFailures?: boolean;
  /** Named groups read from the answer: name → pattern with one group. */
  readonly capture?: Readonly<Record<string, string>>;
  /** Longest time without any output, ms. */
  readonly silenceMs: number;
  /** Longest time in all, ms; absent: 20 × silence. */
  readonly totalMs?: number;
}

/** Login procedure, spoken in listed order once the op prompt stands. */
export interface LoginTable {
  /** State that commands of jobs need: `exec` (IOS enable) or `user`. */
  readonly op: 'user' | 'exec';
  /** Goes from `user` to `exec`; its password question is answered with the secret's `enable`. */
  readonly enable?: string;
  /** Leaves configuration mode, where a login finds the console in it; what was configured stays. Absent: that is refused. */
  readonly leaveConfig?: string;
  /** Sent after each login: pager off, log noise off. Failures are ignored. */
  readonly prepare: readonly string[];
  readonly failures: readonly string[];
}

/** A boot milestone: a line seen while booting and what the story says about it. `{line}` is the line itself. */
export interface MilestoneRow {
  readonly id: string;
  readonly pattern: string;
  readonly story?: string;
}

/** What a boot looks like, for the listen-only watch (ARCHITECTURE 5). */
export interface BootTable {
  readonly milestones: readonly MilestoneRow[];
  /** A banner that begins a boot; counting them finds boot loops. */
  readonly banner: string;
  /** Boots that the platform makes by itself after one reload command. */
  readonly expectedBoots: number;
  /** States that mean "up". A `pressReturn` is answered with its declared reply, RETURN. */
  readonly done: readonly PromptRow['state'][];
  /** Longest time from reload to done, ms; the setting `rebootCap` overrides. */
  readonly capMs: number;
  /** A loader prompt that stands this long with no countdown seen is where the device stays, ms. */
  readonly loaderStandsMs: number;
}
