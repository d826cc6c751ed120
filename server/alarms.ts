/** Alarms of ports: raised by actions and by the node itself, kept until cleared. */
import { makeEvent } from '../core/event.js';
import type { Event } from '../core/event.js';
import type { JsonObject } from '../core/json.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Clock } from '../core/ports/clock.js';
import type { VariableStore } from '../core/ports/variable-store.js';

/** One alarm; the same kind on the same port counts up instead of standing twice. */
export interface Alarm {
  readonly id: string;
  readonly portId: string;
  readonly kind: string;
  readonly message: string;
  readonly count: number;
  readonly raisedAtMs: number;
  readonly lastAtMs: number;
}

export class Alarms {
  readonly #variables: VariableStore;
  readonly #clock: Clock;
  readonly #accept: (event: Event) => void;
  /** One change after the other: raising and clearing both read before they write. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly variables: VariableStore;
    readonly clock: Clock;
    readonly accept: (event: Event) => void;
  }) {
    this.#variables = deps.variables;
    this.#clock = deps.clock;
    this.#accept = deps.accept;
  }

  raise(port: ManagedPort, kind: string, message: string): Promise<void> {
    return this.#inTurn(() => this.#raise(port, kind, message));
  }

  /** Nothing happens where no such alarm stands. */
  clear(port: ManagedPort, kind: string): Promise<void> {
    return this.#inTurn(() => this.#clear(port, kind));
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#changing.then(change);
    this.#changing = done.catch(() => undefined);
    return done;
  }

  async #raise(port: ManagedPort, kind: string, message: string): Promise<void> {
    const id = `${port.id}:${kind}`;
    const nowMs = this.#clock.nowMs();
    const old = (await this.#variables.get('alarm', id)) as unknown as Alarm | undefined;
    const alarm: Alarm = {
      id,
      portId: port.id,
      kind,
      message,
      count: (old?.count ?? 0) + 1,
      raisedAtMs: old?.raisedAtMs ?? nowMs,
      lastAtMs: nowMs,
    };
    await this.#variables.set('alarm', id, alarm as unknown as JsonObject);
    this.#tell(port, 'alarm.raised', alarm);
  }

  async #clear(port: ManagedPort, kind: string): Promise<void> {
    const id = `${port.id}:${kind}`;
    const alarm = (await this.#variables.get('alarm', id)) as unknown as Alarm | undefined;
    if (alarm === undefined) return;
    await this.#variables.remove('alarm', id);
    this.#tell(port, 'alarm.cleared', alarm);
  }

  #tell(port: ManagedPort, type: string, alarm: Alarm): void {
    const { kind, message, count } = alarm;
    const timeMs = this.#clock.nowMs();
    const frame = { node: port.node, port: { name: port.name, id: port.id }, authenticated: true };
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
