/** What an action would do on a port, told before anything is done: made from what is known, without a word to the device. */
import type { StepContext } from './action.js';
import type { TransferMethod } from './settings.js';

export interface PlannedCommands {
  /** Step of the action. */
  readonly step: string;
  /** As they would be typed; what is not known before is shown as `<name>`. */
  readonly commands: readonly string[];
}

export interface PlannedQuestion {
  /** Pattern of the question. */
  readonly pattern: string;
  /** Empty: a bare RETURN. */
  readonly answer: string;
}

export interface PlannedTransfer {
  readonly method: TransferMethod;
  /** In-band only. */
  readonly blockSize?: number;
  /** From the line's speed, or from the last transfer by this method to this port; absent where neither is known. */
  readonly seconds?: number;
}

export interface Plan {
  readonly action: string;
  readonly portId: string;
  readonly driver: string;
  readonly image: {
    readonly version: string;
    readonly fileName: string;
    /** Absent while the file is still at its URL, or on the device's own card. */
    readonly sizeBytes?: number;
    readonly sha256?: string;
  };
  /** All files in their order, where there are several. */
  readonly files?: readonly string[];
  /** What the device was last seen to run; absent where it was never read. */
  readonly runs?: { readonly osVersion?: string; readonly bootImage?: string };
  /** In the order of attempts; the last is used for what remains of them. */
  readonly transfers: readonly PlannedTransfer[];
  readonly steps: readonly PlannedCommands[];
  /** Answered as written; any other question is refused. */
  readonly questions: readonly PlannedQuestion[];
  /** Reload commands. */
  readonly reloads: number;
  /** Longest that the device may take to come back, s. */
  readonly reloadSeconds: number;
  /** What runs again where the new image does not come up. */
  readonly wayBack: string;
  /** What would refuse the job by what is known now. */
  readonly refusals: readonly { readonly code: string; readonly message: string }[];
}

/** What a plan may look at. */
export type PlanContext = Pick<
  StepContext,
  'params' | 'port' | 'driver' | 'servers' | 'clients' | 'credentials' | 'image' | 'lastFacts' | 'lastRate'
>;
