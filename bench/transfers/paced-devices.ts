/**
 * Receivers at the far ends of paced lines, all in one process of their own: `node paced-devices.js COUNT BAUD`. Prints the
 * paths of the near ends as one JSON document, and receives on each until it is ended.
 */
import { openPty } from '../../lab/consoles/pty.js';
import { Wire } from '../../lab/line/wire.js';
import { XmodemReceiver } from '../../protocols/xmodem/receiver.js';
import type { XmodemReceiverInput } from '../../protocols/xmodem/receiver-io.js';

/** A timer cannot wait for less. */
const TICK_MS = 1;

/** A device that receives one file after the other. */
class PacedDevice {
  readonly #down: Wire;
  readonly #up: Wire;
  #receiver = new XmodemReceiver({}, performance.now());
  #answer: (bytes: Uint8Array) => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(baudRate: number) {
    this.#down = new Wire({ baudRate }, () => 0.5);
    this.#up = new Wire({ baudRate }, () => 0.5);
  }

  async start(name: string): Promise<string> {
    const pty = await openPty(name, undefined, (bytes) => {
      this.#down.write(bytes, performance.now());
      this.#pump();
    });
    this.#answer = (bytes) => pty.write(bytes);
    this.#feed({ kind: 'timer' });
    this.#pump();
    return pty.address;
  }

  #pump(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    const arrived = this.#down.take(nowMs);
    if (arrived.length > 0) this.#feed({ kind: 'bytes', bytes: arrived });
    const answered = this.#up.take(nowMs);
    if (answered.length > 0) this.#answer(answered);
    if ((this.#receiver.nextDeadlineMs() ?? Infinity) <= nowMs) this.#feed({ kind: 'timer' });
    const due = [this.#down.pieceEndMs(), this.#up.pieceEndMs(), this.#receiver.nextDeadlineMs()];
    const nextMs = Math.min(...due.map((atMs) => atMs ?? Infinity));
    this.#timer = setTimeout(() => this.#pump(), Math.max(TICK_MS, nextMs - nowMs));
  }

  #feed(input: XmodemReceiverInput): void {
    const nowMs = performance.now();
    for (const output of this.#receiver.handle(input, nowMs)) {
      if (output.kind === 'send') this.#up.write(output.bytes, nowMs);
    }
    if (this.#receiver.ended) this.#receiver = new XmodemReceiver({}, nowMs);
  }
}

const [count, baudRate] = process.argv.slice(2).map(Number);
const devices = Array.from({ length: count ?? 1 }, () => new PacedDevice(baudRate ?? 115_200));
const paths = await Promise.all(devices.map((device, index) => device.start(`device ${index}`)));
process.stdout.write(`${JSON.stringify(paths)}\n`);
