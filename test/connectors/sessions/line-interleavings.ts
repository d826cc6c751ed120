/**
 * Jobs, persons, polls, broken connections and leases that end, in an order that a seed makes, against the model. Every write
 * says its fence in each byte, and the channel takes one byte at a time, so that anything may happen between two of them.
 */
import { expect } from 'chai';
import type { ByteChannel, ChannelEvents } from '../../../connectors/sessions/byte-channel.js';
import { PortConsole } from '../../../connectors/sessions/port-console.js';
import { codeOf } from '../../../core/errors/index.js';
import type { ClaimKind } from '../../../core/ports/console.js';
import type { Line } from '../../../core/ports/line.js';
import { FakeClock, settle } from '../../support/fake-clock.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { MemoryTranscripts, quietLog } from './fake-channel.js';
import { LineModel } from './line-model.js';

const STEPS = 60;
const LEASE_MS = 5_000;

/** Takes one byte whenever the test lets it; a byte is the fence of whoever wrote it. */
class ByteWiseChannel implements ByteChannel {
  readonly target = 'model';
  /** Called as a write begins: may this fence write now? */
  onBegin: (fence: number) => void = () => undefined;
  readonly bytes: number[] = [];
  #events: ChannelEvents | undefined;
  #write:
    { readonly left: number[]; readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  open(events: ChannelEvents): Promise<void> {
    this.#events = events;
    return Promise.resolve();
  }

  get isOpen(): boolean {
    return this.#events !== undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    expect(this.#write, 'a write while another one is under way').to.equal(undefined);
    if (!this.isOpen) return Promise.reject(new Error('not open'));
    this.onBegin(bytes[0] ?? 0);
    return new Promise((resolve, reject) => (this.#write = { left: [...bytes], resolve, reject }));
  }

  /** One byte goes out. */
  tick(): void {
    const write = this.#write;
    const byte = write?.left.shift();
    if (write === undefined || byte === undefined) return;
    this.bytes.push(byte);
    if (write.left.length > 0) return;
    this.#write = undefined;
    write.resolve();
  }

  get isBusy(): boolean {
    return this.#write !== undefined;
  }

  say(): void {
    this.#events?.onBytes(Uint8Array.of(0x2e));
  }

  drop(): void {
    const [events, write] = [this.#events, this.#write];
    this.#events = undefined;
    this.#write = undefined;
    write?.reject(new Error('gone'));
    events?.onClosed('gone');
  }

  close(): Promise<void> {
    this.drop();
    return Promise.resolve();
  }
}

/** One line that was ever granted, with what became of it. */
interface Known {
  readonly line: Line;
  reads: boolean;
  heard: number;
  superseded: number;
}

class Interleaving {
  readonly #random: SeededRandom;
  readonly #clock = new FakeClock();
  readonly #channel = new ByteWiseChannel();
  readonly #model = new LineModel();
  readonly #console: PortConsole;
  readonly #known: Known[] = [];
  readonly #asking = new Map<string, AbortController>();
  readonly #writes: Promise<void>[] = [];
  #drops = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#console = new PortConsole({
      ...{ portId: 'n:1/1', channel: this.#channel, clock: this.#clock, random: this.#random, log: quietLog },
      transcripts: new MemoryTranscripts(),
      mask: (text) => text,
    });
    this.#channel.onBegin = (fence) => {
      this.#model.passed(this.#clock.monotonicMs());
      expect(fence, 'a byte of somebody who does not hold the line').to.equal(this.#model.held?.fence);
      expect(this.#model.held?.mode, 'a byte on a line that only listens').not.to.equal('listenOnly');
    };
  }

  async run(): Promise<void> {
    this.#console.start();
    await settle();
    for (let step = 0; step < STEPS; step++) {
      await this.#step();
      this.#agrees();
      // Often two things happen before anything that waits can go on.
      if (this.#random.below(3) > 0) await settle();
    }
    await this.#end();
  }

  async #step(): Promise<void> {
    switch (this.#random.below(12)) {
      case 0:
      case 1: {
        this.#claim();
        return;
      }
      case 2: {
        this.#ask();
        return;
      }
      case 3:
        this.#asking.get(this.#owner('person'))?.abort(new Error('asks no more'));
        return settle();
      case 4: {
        this.#release();
        return;
      }
      case 5: {
        this.#setMode();
        return;
      }
      case 6: {
        this.#drop();
        return;
      }
      case 7:
        return this.#time();
      case 8:
        this.#say();
        return;
      case 9:
        this.#channel.tick();
        return;
      default:
        this.#write();
    }
  }

  #owner(kind: ClaimKind): string {
    return `${kind} ${String(this.#random.below(kind === 'poll' ? 1 : 2))}`;
  }

  #claim(): void {
    const kind = (['job', 'person', 'poll'] as const)[this.#random.below(3)] ?? 'job';
    const owner = this.#owner(kind);
    const now = this.#random.below(4) === 0;
    const lease = kind === 'person' ? { leaseMs: LEASE_MS } : {};
    const busy = this.#model.claim(this.#clock.monotonicMs(), owner, kind, lease.leaseMs, now);
    try {
      this.#granted(this.#console.claim(owner, { kind, now, ...lease }));
      expect(busy, 'granted').to.equal(undefined);
    } catch (error) {
      expect(codeOf(error), String(error)).to.equal('LINE_BUSY');
      expect(String(error)).to.contain(busy ?? 'granted by the model');
    }
  }

  #ask(): void {
    const owner = this.#owner('person');
    if (this.#asking.has(owner)) return;
    const asks = new AbortController();
    this.#asking.set(owner, asks);
    const model = this.#model;
    model.ask(this.#clock.monotonicMs(), owner, 'person', LEASE_MS);
    asks.signal.addEventListener('abort', () => {
      const index = model.asked.findIndex((asker) => asker.owner === owner);
      if (index >= 0) model.asked.splice(index, 1);
    });
    this.#console.ask(owner, { kind: 'person', leaseMs: LEASE_MS }, asks.signal).then(
      (line) => {
        this.#asking.delete(owner);
        this.#granted(line);
      },
      () => this.#asking.delete(owner),
    );
  }

  #granted(line: Line): void {
    const known: Known = { line, reads: false, heard: 0, superseded: 0 };
    this.#known.push(known);
    // A line that was granted and taken away again before its promise was heard reads nothing.
    if (this.#model.held?.fence !== line.fence) return;
    known.reads = true;
    line.read(
      () => {
        expect(line.fence, 'only the holder hears').to.equal(this.#model.held?.fence);
        known.heard++;
      },
      (reason) => {
        if (reason.includes('another holder')) known.superseded++;
      },
    );
  }

  #any(): Known | undefined {
    // Mostly the newest ones: they are where something can go wrong.
    const back = this.#random.below(Math.min(4, Math.max(1, this.#known.length)));
    return this.#known.at(-1 - back);
  }

  #release(): void {
    const known = this.#any();
    if (known === undefined) return;
    this.#model.release(this.#clock.monotonicMs(), known.line.fence);
    known.line.release();
  }

  #setMode(): void {
    const known = this.#any();
    if (known === undefined) return;
    const mode = (['dialogue', 'listenOnly', 'binary'] as const)[this.#random.below(3)] ?? 'dialogue';
    const { held } = this.#model;
    const holds = held !== undefined && held.fence === known.line.fence;
    try {
      known.line.setMode(mode);
      expect(holds, 'a mode set by somebody who does not hold the line').to.equal(true);
      if (held !== undefined) held.mode = mode;
    } catch (error) {
      expect(codeOf(error)).to.equal('LINE_FENCED');
      expect(holds).to.equal(false);
    }
  }

  #drop(): void {
    this.#drops++;
    this.#channel.drop();
  }

  async #time(): Promise<void> {
    // Back-off is at most 30 s; a lease is shorter than that.
    await this.#clock.advance([400, 2_000, 4_000, this.#random.below(40_000)][this.#random.below(4)] ?? 0);
    this.#model.passed(this.#clock.monotonicMs());
  }

  #say(): void {
    const before = this.#known.map(({ heard }) => heard);
    this.#channel.say();
    this.#known.forEach(({ line, heard }, index) => {
      const isHolder = line.fence === this.#model.held?.fence;
      if (!isHolder) expect(heard, 'heard by a former holder').to.equal(before[index]);
    });
  }

  #write(): void {
    const known = this.#any();
    if (known === undefined) return;
    const { fence } = known.line;
    const { held } = this.#model;
    const holds = held !== undefined && held.fence === fence;
    const refused = !holds ? 'LINE_FENCED' : held.mode === 'listenOnly' ? 'LINE_LISTEN_ONLY' : undefined;
    const [drops, wasOpen] = [this.#drops, this.#channel.isOpen];
    if (refused === undefined) this.#model.wrote(this.#clock.monotonicMs());
    const bytes = new Uint8Array(1 + this.#random.below(3)).fill(fence);
    const written = known.line.write(bytes).then(
      () => {
        expect(refused, 'written').to.equal(undefined);
      },
      (error: unknown) => {
        const code = codeOf(error);
        if (refused !== undefined) expect(code).to.equal(refused);
        else if (code === 'CONSOLE_LOST') expect(drops < this.#drops || !wasOpen || !this.#console.open).to.equal(true);
        else expect(code).to.be.oneOf(['LINE_FENCED', 'LINE_LISTEN_ONLY']);
      },
    );
    // Looked at in the end, all together.
    written.catch(() => undefined);
    this.#writes.push(written);
  }

  /** After every step the console and the model say the same. */
  #agrees(): void {
    this.#model.passed(this.#clock.monotonicMs());
    const { held, asked } = this.#model;
    expect(this.#console.mode).to.equal(held?.mode ?? 'idle');
    const holder = this.#known.find(({ line }) => line.fence === held?.fence);
    if (holder !== undefined) expect(holder.line.askedBy).to.equal(asked[0]?.owner);
  }

  /** Everything that waits comes to an end, and the order of the bytes is that of the fences. */
  async #end(): Promise<void> {
    for (const asks of this.#asking.values()) asks.abort(new Error('over'));
    for (let i = 0; i < 1_000 && (this.#channel.isBusy || i < 10); i++) {
      this.#channel.tick();
      if (!this.#channel.isBusy) await settle();
    }
    await this.#console.stop();
    await Promise.all(this.#writes);
    const { bytes } = this.#channel;
    expect(bytes, 'a byte of an older fence after one of a newer').to.deep.equal([...bytes].sort((a, b) => a - b));
    for (const { line } of this.#known) line.release();
    for (const { line, reads, superseded } of this.#known) {
      expect(superseded, `${line.owner} told that it holds the line no more`).to.equal(reads ? 1 : 0);
    }
    await this.#clock.advance(600_000);
    expect(this.#clock.pending, 'timers that nobody cancelled').to.equal(0);
  }
}

/** Rejects where the console and the model disagree. */
export async function lineInterleaving(seed: number): Promise<void> {
  try {
    await new Interleaving(seed).run();
  } catch (error) {
    throw new Error(`seed ${String(seed)}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
