/** The parts of the API's answers that the command line reads; `--json` prints all of them. */
import type { JsonValue } from '../core/json.js';

export interface JobAnswer {
  readonly id: string;
  readonly portId: string;
  readonly action: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly cause: { readonly kind: string; readonly name: string };
  readonly state: 'queued' | 'running' | 'paused' | 'waiting' | 'ended';
  readonly step: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly verdict?: string;
  readonly code?: string;
  readonly sentence: string;
}

export interface JobDetail extends JobAnswer {
  readonly attempts: readonly {
    readonly number: number;
    readonly method: string;
    readonly variant?: string;
    readonly bytes: number;
    readonly seconds: number;
    readonly outcome: string;
    readonly reason?: string;
  }[];
  readonly steps: readonly {
    readonly step: string;
    readonly phase: string;
    readonly at: string;
    readonly next?: string;
  }[];
}

export interface PortAnswer {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly description?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly console?: { readonly type: string; readonly target: string; readonly open: boolean; readonly mode?: string };
  readonly management?: { readonly address: string };
  readonly facts?: Readonly<Record<string, JsonValue>>;
  readonly factsReadAt?: string;
  readonly job?: { readonly id: string; readonly action: string; readonly state: string; readonly step: string };
  readonly hold?: HoldAnswer;
}

export interface PortDetail extends PortAnswer {
  readonly credentials?: string;
  readonly serverAddress?: string;
  readonly settings: Readonly<Record<string, JsonValue>>;
  readonly settingOrigins: Readonly<Record<string, string>>;
}

export interface HoldAnswer {
  readonly kind: string;
  readonly portId?: string;
  readonly jobId?: string;
  readonly reason: string;
  readonly since: string;
  readonly until?: string;
}

export interface ImageAnswer {
  readonly version: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly md5: string;
  readonly storedAt: string;
}

export interface ConfigAnswer {
  readonly type: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly storedAt: string;
}

export interface EntryAnswer {
  readonly at: string;
  readonly direction: 'in' | 'out' | 'note';
  readonly text: string;
}

export interface RuleAnswer {
  readonly name: string;
  readonly on: readonly string[];
  readonly ports: Readonly<Record<string, string>>;
  readonly actions: readonly { readonly action: string }[];
  readonly mode: string;
  readonly explanation: string;
}

export interface ScheduleAnswer {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly ports: Readonly<Record<string, string>>;
  readonly actions: readonly { readonly action: string }[];
  readonly next?: string;
}

export interface ReadingAnswer {
  readonly monitor: string;
  readonly at?: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly failures: number;
  readonly code?: string;
}
