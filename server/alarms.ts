/** Alarms of ports and of the node: raised by actions and by the node itself, kept until cleared. */
import { fail } from '../core/errors/index.js';
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Clock } from '../core/ports/clock.js';
import type { VariableStore } from '../core/ports/variable-store.js';

/** One alarm; the same kind on the same port counts up instead of standing twice. */
export interface Alarm {
  readonly id: string;
  /** Absent for one of the node itself. */
  readonly portId?: string;
  readonly kind: string;
  readonly message: string;
  readonly count: number;
  readonly raisedAtMs: number;
  readonly lastAtMs: number;
  /** When somebody has seen it; it stands until it is cleared. */
  readonly acknowledgedAtMs?: number;
}

/** Where an alarm stands: at a port, or, without id and name, at the node. */
export type AlarmPlace = Pick<ManagedPort, 'id' | 'name' | 'node'> | { readonly node: string; readonly id?: undefined };

export class Alarms {
  readonly #variables: VariableStore;
  readonly #clock: Clock;
  readonly #accept: (event: Event) => void;
  readonly #place: (portId: string | undefined) => AlarmPlace;
  /** One change after the other: raising and clearing both read before they write. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly variables: VariableStore;
    readonly clock: Clock;
    readonly accept: (event: Event) => void;
    /** The port, or the node where there is no such port any more. */
    readonly place: (portId: string | undefined) => AlarmPlace;
  }) {
    this.#variables = deps.variables;
    this.#clock = deps.clock;
    this.#accept = deps.accept;
    this.#place = deps.place;
  }

  raise(port: AlarmPlace, kind: string, message: string): Promise<void> {
    return this.#inTurn(() => this.#raise(port, kind, message));
  }

  /** Nothing happens where no such alarm stands. */
  clear(port: AlarmPlace, kind: string): Promise<void> {
    return this.#inTurn(() => this.#clear(port, kind));
  }

  /** By a person. Errors: ALARM_UNKNOWN. */
  acknowledge(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const alarm = await this.#standing(id);
      if (alarm.acknowledgedAtMs !== undefined) return;
      const seen = { ...alarm, acknowledgedAtMs: this.#clock.nowMs() };
      await this.#variables.set('alarm', id, seen);
      this.#tell(this.#place(alarm.portId), 'alarm.acknowledged', seen);
    });
  }

  /** By a person. Errors: ALARM_UNKNOWN. */
  clearById(id: string): Promise<void> {
    return this.#inTurn(async () => {
      const alarm = await this.#standing(id);
      await this.#variables.remove('alarm', id);
      this.#tell(this.#place(alarm.portId), 'alarm.cleared', alarm);
    });
  }

  async #standing(id: string): Promise<Alarm> {
    const alarm = (await this.#variables.get('alarm', id)) as unknown as Alarm | undefined;
    if (alarm === undefined) throw fail('ALARM_UNKNOWN', { alarm: id });
    return alarm;
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => undefined);
    return done;
  }

  async #raise(port: AlarmPlace, kind: string, message: string): Promise<void> {
    const id = alarmId(port, kind);
    const nowMs = this.#clock.nowMs();
    const old = (await this.#variables.get('alarm', id)) as unknown as Alarm | undefined;
    const alarm: Alarm = {
      id,
      ...(port.id === undefined ? {} : { portId: port.id }),
      kind,
      message,
      count: (old?.count ?? 0) + 1,
      raisedAtMs: old?.raisedAtMs ?? nowMs,
      lastAtMs: nowMs,
      ...(old?.acknowledgedAtMs === undefined ? {} : { acknowledgedAtMs: old.acknowledgedAtMs }),
    };
    await this.#variables.set('alarm', id, alarm as unknown as JsonObject);
    this.#tell(port, 'alarm.raised', alarm);
  }

  async #clear(port: AlarmPlace, kind: string): Promise<void> {
    const id = alarmId(port, kind);
    const alarm = (await this.#variables.get('alarm', id)) as unknown as Alarm | undefined;
    if (alarm === undefined) return;
    await this.#variables.remove('alarm', id);
    this.#tell(port, 'alarm.cleared', alarm);
  }

  #tell(port: AlarmPlace, type: string, alarm: Alarm): void {
    const { kind, message, count } = alarm;
    const timeMs = this.#clock.nowMs();
    const at = port.id === undefined ? {} : { port: { name: port.name, id: port.id } };
    const frame = { node: port.node, ...at, authenticated: true };
    this.#accept(
      makeEvent({
        ...frame,
        id: `${alarm.id}:${String(timeMs)}:${type}`,
        type,
        timeMs,
        data: { kind, message, count },
      }),
    );
  }
}

function alarmId({ id, node }: AlarmPlace, kind: string): string {
  return `${id ?? node}:${kind}`;
}
