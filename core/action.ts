/**
 * An action as a table of steps. The runner journals each step as intended before it acts and done after;
 * a step that may not be repeated says how to find out from the device what became of it.
 */
import type { Intent } from './dialog-table.js';
import type { Driver } from './driver.js';
import type { ConfigRecord, ConfigType } from './config.js';
import type { FactsRecord } from './facts.js';
import type { ImageRecord } from './image.js';
import type { JobEnd, AttemptRecord, JobRecord } from './job.js';
import { fail } from './errors/index.js';
import type { JsonObject } from './json.js';
import type { ManagedPort } from './managed-port.js';
import type { Plan, PlanContext } from './plan.js';
import type { Dialog } from './ports/dialog.js';
import type { Clock } from './ports/clock.js';
import type { ImageStore } from './ports/image-store.js';
import type { Outlets } from './ports/outlets.js';
import type { PowerOutlet } from './ports/power.js';
import type { Credentials } from './ports/secrets.js';
import type { InBandTransfer, TransferClient } from './ports/transfer.js';
import type { KeptText } from './ports/transcript-store.js';
import type { TransferServer } from './ports/transfer-server.js';
import type { Values } from './ports/values.js';
import type { TransferMethod } from './settings.js';

/** What a step may use. An action never opens a socket: all of it is behind ports. */
export interface StepContext {
  readonly jobId: string;
  readonly params: JsonObject;
  readonly port: ManagedPort;
  /** The port's driver, as its properties make it. */
  readonly driver: Driver;
  readonly clock: Clock;
  readonly images: ImageStore;
  /** In-band transfers over the claimed line. */
  readonly inBand: InBandTransfer;
  /** Our own servers by method; absent where the node runs none. */
  readonly servers: Readonly<Partial<Record<string, TransferServer>>>;
  /** Clients for servers of devices, by method. */
  readonly clients: Readonly<Partial<Record<string, TransferClient>>>;
  /** Where the device takes its power from; absent where the port names nothing. */
  readonly power?: PowerOutlet | undefined;
  /** Attempts so far, oldest first. */
  readonly attempts: readonly AttemptRecord[];
  /** Aborted when the node drains: stop cleanly and throw TRANSFER_ABORTED. */
  readonly signal: AbortSignal;
  /** The first step of a process that takes the job up: the device may be in the middle of anything. */
  readonly resumed: boolean;
  /** The claimed line's dialogue; claims on first use, kept till the job ends or pauses. */
  dialog(): Promise<Dialog>;
  /** The device's login, empty where the port names none; or a secret of the site by its name. Errors: SECRET_MISSING. */
  credentials(secret?: string): Credentials;
  /** Masks a value in everything that this job leaves behind: a one-time password. */
  hideSecret(value: string): void;
  /** Port's last known facts, from any earlier reading. */
  lastFacts(): Promise<FactsRecord | undefined>;
  rememberFacts(record: FactsRecord): Promise<void>;
  /** The newest job before this one that ended on this port and had write intent. */
  formerWrite(): Promise<JobRecord | undefined>;
  /** Of the last transfer by this method that succeeded on this port, bytes/s. */
  lastRate(method: TransferMethod): Promise<number | undefined>;
  recordAttempt(attempt: AttemptRecord): Promise<void>;
  /** One line of the story that the user reads. */
  story(line: string): void;
  /** Progress of a transfer: bytes that the far end has acknowledged. */
  progress(bytes: number, totalBytes: number): void;
  /** Keeps text beside the job: `running-config`, `post`. A `recording` is masked by the driver's own patterns too. */
  keep(kind: KeptText, text: string): Promise<void>;
  /** Into the port's store, unless it is what stands there as current. Errors: STORE_FAILED. */
  storeConfig(type: ConfigType, text: string): Promise<{ readonly record: ConfigRecord; readonly isNew: boolean }>;
  /** A text of the port's store. Errors: STORE_FAILED. */
  config(type: ConfigType, version: string): Promise<string | undefined>;
  image(version: string): Promise<ImageRecord | undefined>;
  /** Raises an alarm on the port; the same kind again only counts up. */
  raiseAlarm(kind: string, message: string): Promise<void>;
  /** Nothing happens where no such alarm stands. */
  clearAlarm(kind: string): Promise<void>;
  /** The site's reloads of this hour. Errors: RELOAD_BUDGET. */
  readonly reloadBudget: {
    /** Before anything is written. */
    check(): Promise<void>;
    /** Right before the command; the same job again spends nothing more. */
    spend(): Promise<void>;
  };
  /** Ways to people and other systems. */
  readonly outlets: Outlets;
  /** Variables of rules. */
  readonly values: Values;
  /** Puts an event of the job's port into the history, under an id that is the same each time. Errors: STORE_FAILED. */
  emit(type: string, data: JsonObject): Promise<void>;
}

export type StepOutcome =
  | { readonly kind: 'next'; readonly step: string; readonly memory?: JsonObject }
  | { readonly kind: 'end'; readonly end: JobEnd; readonly memory?: JsonObject }
  /** Could not be read: hold the port, end as `unknown` for now, and run `step` again when the console speaks. */
  | { readonly kind: 'wait'; readonly step: string; readonly end: JobEnd; readonly memory?: JsonObject };

export interface Step {
  /** May simply run again after a crash. Where false, `rederive` must say what became of it. */
  readonly repeatable: boolean;
  /** Cancel and drain may stop right before this step: nothing irreversible hangs in the air. */
  readonly boundary: boolean;
  /** A person who asks for the line gets it right before this step; the job goes on from what the device says then. */
  readonly mayPause?: boolean;
  /** Questions of these kinds are answered with yes while it runs. */
  readonly intents: readonly Intent[];
  readonly run: (context: StepContext, memory: JsonObject) => Promise<StepOutcome>;
  readonly rederive?: (context: StepContext, memory: JsonObject) => Promise<StepOutcome>;
  /** Turns a thrown error into an outcome; absent: the action's `failed`. */
  readonly failed?: (context: StepContext, memory: JsonObject, error: unknown) => Promise<StepOutcome>;
}

export interface Action {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the parameters. */
  readonly parameters: JsonObject;
  /** Parameters whose text reaches the device: a slot in them must have a type (ARCHITECTURE 15). Default none. */
  readonly deviceParams?: readonly string[];
  readonly uses: 'line' | 'network' | 'none';
  readonly intent: 'read' | 'write';
  readonly start: string;
  readonly steps: Readonly<Record<string, Step>>;
  /** What it would do, from what is known; absent where nobody asked for it yet. */
  readonly plan?: (context: PlanContext) => Promise<Plan>;
  /** What an error in any step means where the step does not say. */
  readonly failed: (context: StepContext, memory: JsonObject, error: unknown) => Promise<StepOutcome>;
}

/** A text parameter. The action's schema has seen to it that it is one. Errors: ACTION_PARAMS. */
export function textParam(params: JsonObject, name: string): string {
  const value = params[name];
  if (typeof value !== 'string') {
    throw fail('ACTION_PARAMS', {
      action: 'this action',
      pointer: `/${name}`,
      wanted: 'a text',
      got: JSON.stringify(value ?? null),
    });
  }
  return value;
}
