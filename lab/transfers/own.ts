/**
 * Our own engines move the bytes: for a demonstration on a machine that has nothing else. A test that should find our
 * mistakes uses `ForeignAgent`.
 */
import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { decodeTftp } from '../../protocols/tftp/packet.js';
import { ReceiveTransfer } from '../../protocols/tftp/receive-transfer.js';
import type { ReceiveInput, ReceiveOutput } from '../../protocols/tftp/transfer-io.js';
import { XmodemReceiver } from '../../protocols/xmodem/receiver.js';
import type { XmodemReceiverOutput } from '../../protocols/xmodem/receiver-io.js';
import type { TftpRequest, TransferAgent, TransferFailure, TransferOutcome, XmodemRequest } from './agent.js';

/** RFC 1350 error 1: file not found. */
const FILE_NOT_FOUND = 1;

export class OwnAgent implements TransferAgent {
  tftpProgram(): Promise<string> {
    return Promise.resolve('portwright tftp engine');
  }

  xmodemProgram(): Promise<string> {
    return Promise.resolve('portwright xmodem engine');
  }

  async tftpGet(request: TftpRequest): Promise<TransferOutcome> {
    const file = await open(request.localPath, 'w');
    const socket = createSocket('udp4');
    socket.on('error', () => undefined);
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const outcome = await new TftpRun(request, socket, file).outcome;
    socket.close();
    await file.close();
    return outcome;
  }

  async xmodemReceive(request: XmodemRequest): Promise<TransferOutcome> {
    const file = await open(request.localPath, 'w');
    const outcome = await new XmodemRun(request, file).outcome;
    await file.close();
    return outcome;
  }
}

/** An engine with a clock: calls `onTimer` when its deadline has come. */
class EngineTimer {
  readonly #onTimer: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onTimer: () => void) {
    this.#onTimer = onTimer;
  }

  set(deadlineMs: number | undefined): void {
    clearTimeout(this.#timer);
    if (deadlineMs === undefined) return;
    this.#timer = setTimeout(this.#onTimer, Math.max(0, deadlineMs - performance.now()));
  }
}

/** Appends in order; resolves when everything is in the file. */
class FileWriter {
  readonly #file: FileHandle;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  append(bytes: Uint8Array): void {
    const copy = new Uint8Array(bytes);
    this.#queue = this.#queue.then(() => this.#file.write(copy));
  }

  async drained(): Promise<void> {
    await this.#queue;
  }
}

class TftpRun {
  readonly outcome: Promise<TransferOutcome>;
  readonly #request: TftpRequest;
  readonly #socket: Socket;
  readonly #writer: FileWriter;
  readonly #engine: ReceiveTransfer;
  readonly #timer = new EngineTimer(() => this.#handle({ kind: 'timer' }));
  #serverPort: number | undefined;
  #end: (outcome: TransferOutcome) => void = () => undefined;

  constructor(request: TftpRequest, socket: Socket, file: FileHandle) {
    this.#request = request;
    this.#socket = socket;
    this.#writer = new FileWriter(file);
    this.#engine = new ReceiveTransfer(
      { kind: 'request', request: { fileName: request.remoteFile } },
      performance.now(),
    );
    this.outcome = new Promise((resolve) => {
      this.#end = resolve;
    });
    socket.on('message', (message, from) => this.#receive(message, from));
    request.signal.addEventListener('abort', () => this.#finish(failed('cancelled', 'aborted')), { once: true });
    this.#handle({ kind: 'timer' });
  }

  /** The first answer's port is the server's from then on (RFC 1350 §4). */
  #receive(message: Uint8Array, from: RemoteInfo): void {
    this.#serverPort ??= from.port;
    if (from.port === this.#serverPort) this.#handle({ kind: 'packet', packet: decodeTftp(message) });
  }

  #handle(input: ReceiveInput): void {
    for (const output of this.#engine.handle(input, performance.now())) this.#act(output);
    this.#timer.set(this.#engine.nextDeadlineMs());
  }

  #act(output: ReceiveOutput): void {
    switch (output.kind) {
      case 'send':
        this.#socket.send(output.bytes, this.#serverPort ?? this.#request.port, this.#request.host);
        return;
      case 'data':
        this.#writer.append(output.bytes);
        this.#handle({ kind: 'stored' });
        return;
      case 'done':
        this.#finish({ kind: 'received' });
        return;
      case 'failed': {
        const silent: TransferFailure = output.reason === 'silent' ? 'timeout' : 'refused';
        this.#finish(failed(output.code === FILE_NOT_FOUND ? 'notFound' : silent, output.message ?? output.reason));
        return;
      }
      case 'terms':
      case 'closed':
    }
  }

  /** The last acknowledgement is on its way; the loopback loses none, so nobody dallies for it. */
  #finish(outcome: TransferOutcome): void {
    this.#timer.set(undefined);
    this.#socket.removeAllListeners('message');
    void this.#writer.drained().then(() => setImmediate(() => this.#end(outcome)));
  }
}

class XmodemRun {
  readonly outcome: Promise<TransferOutcome>;
  readonly #request: XmodemRequest;
  readonly #writer: FileWriter;
  readonly #engine: XmodemReceiver;
  readonly #timer = new EngineTimer(() => this.#handle({ kind: 'timer' }));
  readonly #stop: () => void;
  #end: (outcome: TransferOutcome) => void = () => undefined;

  constructor(request: XmodemRequest, file: FileHandle) {
    this.#request = request;
    this.#writer = new FileWriter(file);
    this.#engine = new XmodemReceiver({ crc: request.crc }, performance.now());
    this.outcome = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#stop = request.wire.onBytes((bytes) => this.#handle({ kind: 'bytes', bytes }));
    request.signal.addEventListener('abort', () => this.#finish(failed('cancelled', 'aborted')), { once: true });
    this.#handle({ kind: 'timer' });
  }

  #handle(input: Parameters<XmodemReceiver['handle']>[0]): void {
    for (const output of this.#engine.handle(input, performance.now())) this.#act(output);
    this.#timer.set(this.#engine.nextDeadlineMs());
  }

  #act(output: XmodemReceiverOutput): void {
    switch (output.kind) {
      case 'send':
        this.#request.wire.write(output.bytes);
        return;
      case 'data':
        this.#writer.append(output.bytes);
        return;
      case 'done':
        this.#finish({ kind: 'received' });
        return;
      case 'failed':
        this.#finish(failed(output.reason === 'noStart' ? 'timeout' : 'cancelled', output.reason));
    }
  }

  #finish(outcome: TransferOutcome): void {
    this.#timer.set(undefined);
    this.#stop();
    void this.#writer.drained().then(() => this.#end(outcome));
  }
}

function failed(failure: TransferFailure, text: string): TransferOutcome {
  return { kind: 'failed', failure, text };
}
