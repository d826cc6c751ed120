/**
 * Carries every event of this node to NATS JetStream, in order, from the event store as the outbox.
 *
 *   event store ─► after the cursor, one at a time ─► publish, wait for the ack ─► cursor (variable store)
 *                        ▲                                   │ connection lost, no ack
 *                        └── look at the streams ◄─ connect ◄┘ back-off
 *
 * Nothing is lost, because the cursor only passes what was acknowledged. What a stream holds, it holds once: message
 * ids are stable and JetStream drops what it has. A plain subscriber, though, would see a message again that was stored
 * but whose acknowledgement got lost; so after every connect the newest stored message of this node says where to
 * go on. One at a time, so that never more than one message is in doubt. A message that reached subscribers but not
 * the disk of a server that was killed in that instant is the one case left; readers that must not see anything twice
 * compare CloudEvents ids, as docs/nats.md says.
 */
import { fail, reasonOf } from '../../core/errors/index.js';
import type { Bus } from '../../core/ports/bus.js';
import type { Clock } from '../../core/ports/clock.js';
import type { EventStore, StoredEvent } from '../../core/ports/event-store.js';
import type { Log } from '../../core/ports/log.js';
import type { BusMessage, Sending } from '../../core/ports/outlets.js';
import type { Random } from '../../core/ports/random.js';
import type { VariableStore } from '../../core/ports/variable-store.js';
import { openNatsLink } from './nats-link.js';
import type { NatsLink, NatsOptions } from './nats-link.js';
import { messageId, messageOf } from './nats-message.js';
import { eventSubject, jobSubject, nodeEventSubjects } from './subject-encoding.js';

export interface NatsCarrierOptions extends NatsOptions {
  readonly events: EventStore;
  readonly variables: VariableStore;
  /** Only rings the bell: what is carried is read from the event store. */
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** How a connection is made; tests put a simulated one here. */
  readonly open?: (options: NatsOptions) => Promise<NatsLink>;
}

export interface CarrierStatus {
  readonly connected: boolean;
  /** Seq of the newest event that NATS has acknowledged. */
  readonly throughSeq: number;
}

const CURSOR_KEY = 'nats';
/** Events read, and carried between two writes of the cursor. After a crash the streams themselves tell the rest. */
const BATCH = 64;
/** The bell can be missed only by a fault of ours; then this finds what waits. */
const POLL_MS = 5000;
const BACKOFF_MIN_MS = 250;
const BACKOFF_MAX_MS = 5000;
/**
 * Rest after a server came back, before the first message: NATS clients try again every 2 s with up to 100 ms more
 * by default, and a plain subscriber only gets what is published while it is there.
 */
const RECONNECT_REST_MS = 2500;
/** How long `stop` lets it carry what is still owed. The rest goes at the next start. */
const DRAIN_MS = 1000;

export class NatsCarrier {
  readonly #options: NatsCarrierOptions;
  readonly #stopped = new AbortController();
  #stopping = false;
  #running: Promise<void> | undefined;
  #unsubscribe: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #cursor = 0;
  #keptCursor = 0;
  /** Events up to here may be stored in a stream already. */
  #doubtThrough = 0;
  /** Events up to here are in the stream of events, for certain. */
  #storedThrough = 0;
  #connected = false;
  #link: NatsLink | undefined;

  constructor(options: NatsCarrierOptions) {
    this.#options = options;
  }

  /** Begins to carry and returns; a server that is away is waited for in the background. */
  async start(): Promise<void> {
    const kept = await this.#options.variables.get('cursor', CURSOR_KEY);
    this.#cursor = typeof kept === 'number' ? kept : 0;
    this.#keptCursor = this.#cursor;
    this.#unsubscribe = this.#options.bus.subscribe(() => {
      this.#wake();
    });
    this.#running = this.#run();
  }

  /** Carries what it can in a second where it is connected, then closes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#unsubscribe();
    this.#wake();
    const abort = (): void => {
      this.#stopped.abort(new Error('stopped'));
    };
    const cancel = this.#connected ? this.#options.clock.after(DRAIN_MS, abort) : (abort(), () => undefined);
    await this.#running;
    cancel();
  }

  status(): CarrierStatus {
    return { connected: this.#connected, throughSeq: this.#cursor };
  }

  /** A message of a rule, not an event: it goes now or not at all. Errors: OUTLET_UNREACHABLE. */
  async send({ subject, data }: BusMessage, { key }: Sending): Promise<void> {
    const unreachable = (reason: string, cause?: unknown): Error =>
      fail('OUTLET_UNREACHABLE', { outlet: 'message', target: this.#servers(), reason }, cause);
    if (this.#link === undefined) throw unreachable('not connected');
    try {
      await this.#link.send(subject, new TextEncoder().encode(JSON.stringify(data)), key);
    } catch (error) {
      throw unreachable(reasonOf(error), error);
    }
  }

  async #run(): Promise<void> {
    for (let failures = 0; ;) {
      try {
        await this.#session(failures > 0, () => {
          failures = 0;
        });
      } catch (error) {
        failures += 1;
        this.#report(error, failures);
      }
      this.#connected = false;
      await this.#rest(this.#backoffMs(failures));
      if (this.#stopping) return;
    }
  }

  /** One connection, from opening to its loss (throws) or to `stop` (returns). */
  async #session(afterFailure: boolean, onCarrying: () => void): Promise<void> {
    const { open = openNatsLink, log } = this.#options;
    const link = await open(this.#options);
    this.#link = link;
    const close = (): void => void link.close();
    this.#stopped.signal.addEventListener('abort', close, { once: true });
    let lost: string | undefined;
    void link.closed.then((reason) => {
      lost = reason;
      this.#wake();
    });
    try {
      if (afterFailure) await this.#rest(RECONNECT_REST_MS);
      if (this.#stopped.signal.aborted) return;
      await this.#findPlace(link);
      const afterSeq = this.#cursor;
      await this.#carry(link, {
        lost: () => lost,
        began: () => {
          log.info('NATS carries events', { servers: this.#servers(), afterSeq });
          onCarrying();
        },
      });
    } finally {
      this.#link = undefined;
      this.#stopped.signal.removeEventListener('abort', close);
      await link.close();
      await this.#keepCursor();
    }
  }

  /**
   * Asks the stream for this node's newest event. Ahead of the cursor: its acknowledgement was lost. Behind: the
   * server lost what it had acknowledged, so go back. Not of this history (another data folder): the cursor stands.
   */
  async #findPlace(link: NatsLink): Promise<void> {
    const { node, events } = this.#options;
    this.#doubtThrough = this.#cursor;
    this.#storedThrough = 0;
    const mark = await link.newest('PORTWRIGHT_EVENTS', nodeEventSubjects(node));
    if (mark === undefined || !(mark.seq > 0)) return;
    const [stored] = await events.readAfter(mark.seq - 1, 1);
    if (stored?.seq !== mark.seq || messageId(stored.event) !== mark.msgId) return;
    this.#doubtThrough = Math.max(this.#cursor, mark.seq);
    this.#storedThrough = mark.seq;
    this.#cursor = Math.min(this.#cursor, mark.seq);
  }

  /** The first batch proves that the server takes what we send; only then is it called connected. */
  async #carry(link: NatsLink, session: { lost(): string | undefined; began(): void }): Promise<void> {
    for (;;) {
      const rung = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const batch = await this.#options.events.readAfter(this.#cursor, BATCH);
      for (const stored of batch) {
        await this.#carryOne(link, stored);
        this.#cursor = stored.seq;
      }
      await this.#keepCursor();
      if (!this.#connected) session.began();
      this.#connected = true;
      if (batch.length === BATCH || (this.#stopping && batch.length > 0)) continue;
      if (this.#stopping) return;
      const reason = session.lost();
      if (reason !== undefined) throw new Error(reason);
      const cancel = this.#options.clock.after(POLL_MS, this.#wake);
      await rung;
      cancel();
    }
  }

  async #carryOne(link: NatsLink, stored: StoredEvent): Promise<void> {
    const { node } = this.#options;
    const { seq, event } = stored;
    if (seq > this.#storedThrough) await this.#publish(link, stored, eventSubject(node, event));
    const job = event.type.startsWith('job.') ? event.data['job'] : undefined;
    if (typeof job !== 'string') return;
    const subject = jobSubject(job);
    const mark = seq <= this.#doubtThrough ? await link.newest('PORTWRIGHT_JOBS', subject) : undefined;
    if (mark?.node === node && mark.seq >= seq) return;
    await this.#publish(link, stored, subject);
  }

  async #publish(link: NatsLink, stored: StoredEvent, subject: string): Promise<void> {
    const message = messageOf(stored, subject, this.#options.node, link.maxPayloadBytes);
    if (message !== undefined) await link.publish(message);
    else this.#options.log.error('event too large for NATS', { event: stored.event.id, seq: stored.seq });
  }

  async #keepCursor(): Promise<void> {
    if (this.#keptCursor === this.#cursor) return;
    await this.#options.variables.set('cursor', CURSOR_KEY, this.#cursor);
    this.#keptCursor = this.#cursor;
  }

  /** One warning an outage; its repetitions are for who looks closely. */
  #report(cause: unknown, failures: number): void {
    if (this.#stopping) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = fail('BUS_UNREACHABLE', { servers: this.#servers(), reason }, cause);
    if (failures === 1) this.#options.log.warn(error.message, { code: error.code });
    else this.#options.log.debug(error.message, { code: error.code, failures });
  }

  /** Without what a URL may hold of secrets. */
  #servers(): string {
    return this.#options.servers.map((server) => server.replace(/\/\/[^/@]*@/, '//')).join(', ');
  }

  /** Half of it random, so that many nodes do not come back to a server at once. */
  #backoffMs(failures: number): number {
    const halfMs = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(failures, 10)) / 2;
    return halfMs + this.#options.random.below(halfMs);
  }

  /** Ends early when the carrier stops. */
  async #rest(ms: number): Promise<void> {
    if (!this.#stopping) await this.#options.clock.sleep(ms, this.#stopped.signal).catch(() => undefined);
  }
}
