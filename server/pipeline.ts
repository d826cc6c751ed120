/**
 * The way of an event through the house. Read this page first.
 *
 *   source ─► accept ─► event store (committed) ─► bus ─► rules: decision and why ─► jobs
 *                │ same id again: stops here                    │ error: recorded in the decision, nothing starts
 *                │ store failed: told to the source             │
 *   job change ─► owed events ─► accept (as any other source's) ◄┘
 *
 * Events are decided one after the other in the order in which they were committed.
 */
import type { ActionChain } from '../core/action-chain.js';
import type { Decision } from '../core/decision.js';
import { codeOf } from '../core/errors/index.js';
import type { Event } from '../core/event.js';
import type { ManagedPort } from '../core/managed-port.js';
import type { Bus } from '../core/ports/bus.js';
import type { Clock } from '../core/ports/clock.js';
import type { EventStore } from '../core/ports/event-store.js';
import type { JobControl } from '../core/ports/job-control.js';
import type { JobStore } from '../core/ports/job-store.js';
import type { Log } from '../core/ports/log.js';
import type { Values } from '../core/ports/values.js';
import type { VariableStore } from '../core/ports/variable-store.js';
import type { KnownFacts } from './known-facts.js';
import { LoopBreaker } from './loop-breaker.js';
import type { RuleSet, Ruling, Snapshot } from '../rules/index.js';

export interface PipelineDeps {
  readonly events: EventStore;
  readonly jobs: JobStore;
  readonly variables: VariableStore;
  readonly values: Values;
  readonly facts: Pick<KnownFacts, 'get'>;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: () => RuleSet;
  readonly control: () => JobControl;
  readonly port: (portId: string) => ManagedPort | undefined;
}

/** Owed events are moved this many at a time. */
const OWED_BATCH = 256;

export class Pipeline {
  readonly #deps: PipelineDeps;
  readonly #loops = new LoopBreaker();
  #deciding: Promise<void> = Promise.resolve();
  #pumping: Promise<void> | undefined;
  #owesMore = false;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
  }

  /** Takes one event in; resolves with its place in the history after the commit. Errors: STORE_FAILED. */
  async accept(event: Event): Promise<number> {
    const { seq, isNew } = await this.#deps.events.append(event);
    if (isNew) {
      this.#deps.bus.publish(seq, event);
      this.#deciding = this.#deciding.then(() => this.#decide(event));
    }
    return seq;
  }

  /** As `accept`, and resolves once the rules have decided: a source that waits for this cannot run ahead of them. */
  async acceptDecided(event: Event): Promise<void> {
    await this.accept(event);
    await this.#deciding;
  }

  /** For sources that cannot wait: a failure is logged with the event's id. */
  take(event: Event): void {
    this.accept(event).catch((error: unknown) => {
      this.#deps.log.error('event lost', {
        code: codeOf(error),
        event: event.id,
        type: event.type,
        reason: String(error),
      });
    });
  }

  /** A rule's conditions on a past event at its time, with the state of now; undefined where it does not listen. */
  async explain(rule: string, event: Event): Promise<Decision | undefined> {
    return this.#deps.rules().explain(rule, event, this.#snapshot(event), Date.parse(event.time));
  }

  /** Moves what jobs owe into the history. Called after every commit of a job, and once at the start. */
  pump(): void {
    this.#owesMore = true;
    this.#pumping ??= this.#move().finally(() => {
      this.#pumping = undefined;
      if (this.#owesMore) this.pump();
    });
  }

  /** Resolves when nothing is owed and every event was decided. */
  async settled(): Promise<void> {
    while (this.#pumping !== undefined) await this.#pumping;
    await this.#deciding;
  }

  async #move(): Promise<void> {
    try {
      while (this.#owesMore) {
        this.#owesMore = false;
        const owed = await this.#deps.jobs.owed(OWED_BATCH);
        for (const { event } of owed) await this.accept(event);
        const last = owed.at(-1);
        if (last !== undefined) await this.#deps.jobs.settled(last.key);
        if (owed.length === OWED_BATCH) this.#owesMore = true;
      }
    } catch (error) {
      this.#deps.log.error('job events wait', { code: codeOf(error), reason: String(error) });
    }
  }

  async #decide(event: Event): Promise<void> {
    try {
      const snapshot = this.#snapshot(event);
      for (const ruling of await this.#deps.rules().decide(event, snapshot, this.#deps.clock.nowMs())) {
        await this.#carryOut(event, ruling);
      }
    } catch (error) {
      this.#deps.log.error('event not decided', { code: codeOf(error), event: event.id, reason: String(error) });
    }
  }

  #snapshot(event: Event): Snapshot {
    const port = event.portid === undefined ? undefined : this.#deps.port(event.portid);
    const { system, monitor } = this.#deps.values.seenFrom(port?.id);
    if (port === undefined) return { system };
    const facts = this.#deps.facts.get(port.id);
    const hold = this.#deps
      .control()
      .holds()
      .find(({ target }) => target.kind === 'all' || (target.kind === 'port' && target.portId === port.id));
    return {
      ...{ port, system, monitor },
      ...(facts === undefined ? {} : { facts }),
      ...(hold === undefined ? {} : { heldBy: hold.target.kind === 'all' ? 'node' : 'port' }),
    };
  }

  /** Jobs first, then the time state, then the record: a crash in between repeats and makes the same jobs. */
  async #carryOut(event: Event, { decision, chain, changes }: Ruling): Promise<void> {
    const recorded =
      chain === undefined || event.portid === undefined
        ? decision
        : await this.#start(event, event.portid, decision, chain);
    for (const { key, value } of changes) {
      await this.#deps.variables.set('rule', key, value);
    }
    await this.#deps.events.appendDecision(recorded);
  }

  async #start(event: Event, portId: string, decision: Decision, chain: ActionChain): Promise<Decision> {
    const restsUntilMs = this.#loops.fire(decision.rule, portId, this.#deps.clock.nowMs());
    if (restsUntilMs !== undefined) {
      this.#deps.log.warn('a rule fires in a loop', { rule: decision.rule, port: portId });
      return { ...decision, outcome: { kind: 'throttled', untilMs: restsUntilMs } };
    }
    const proof = event.authenticated ? {} : ({ unauthenticated: true } as const);
    const cause = { kind: 'rule', name: decision.rule, eventId: decision.eventId, ...proof } as const;
    const jobs = await this.#deps.control().startChain({ cause, portId, chain });
    return { ...decision, jobs: jobs.map((job) => job.id) };
  }
}
