/** `copy xmodem: flash:file`, after its questions: the console line becomes the wire. */
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { checkImage } from '../image.js';
import type { Flow, Operation, ScriptContext } from '../machine.js';
import type { TransferOutcome, Wire } from '../transfers/agent.js';
import { BadWire } from '../transfers/bad-wire.js';
import { beginWrite, copiedLine, keepReceived, keepTorn, reportTransfer, spoilReceived } from './transfer-file.js';
import type { TransferReport } from './transfer-file.js';

const PAD_BYTE = 0x1a;
/** How long a device waits for a sender that never comes, device ms. */
const GIVE_UP_MS = 60_000;

const xmodemGet: Operation = async (context) => {
  const { machine, terminal, slots } = context;
  const file = slots['file'] ?? '';
  if (machine.faults.strikes('flash-readonly')) return error(context, file, 'Read-only file system');
  terminal.print(machine.spec.slots['xmodemReady'] ?? 'Ready to receive file...........');
  if (machine.faults.strikes('xmodem-never-C')) {
    const release = terminal.takeOver(() => undefined);
    await machine.clock.sleep(GIVE_UP_MS, context.signal);
    release();
    return error(context, file, 'Timed out');
  }
  const report: TransferReport = {
    method: 'xmodem',
    program: await machine.agent.xmodemProgram(),
    file,
    startedAtMs: machine.clock.monotonicMs,
  };
  beginWrite(context, file, 'xmodem');
  const { outcome, bytes } = await receive(context, file);
  return conclude(context, report, outcome, bytes);
};

interface Received {
  readonly outcome: TransferOutcome;
  /** On the wire, block heads included. */
  readonly bytes: number;
}

async function receive(context: ScriptContext, file: string): Promise<Received> {
  const { machine, terminal, slots, signal } = context;
  let bytes = 0;
  let deliver: (piece: Uint8Array) => void = () => undefined;
  const release = terminal.takeOver((piece) => {
    bytes += piece.length;
    deliver(piece);
    context.reachBytes(bytes);
  });
  const wire: Wire = {
    onBytes: (listener) => {
      deliver = listener;
      return () => {
        deliver = () => undefined;
      };
    },
    write: (piece) => terminal.writeBytes(piece),
  };
  const cancelled = new AbortController();
  // A device that does not ask begins with C.
  const crc = slots['crc'] !== 'no' && !machine.faults.strikes('xmodem-checksum-only');
  const outcome = await machine.agent.xmodemReceive({
    wire: new BadWire({ wire, crc, faults: machine.faults, cancel: () => cancelled.abort() }),
    localPath: machine.flash.incomingPath(file),
    crc,
    signal: AbortSignal.any([signal, cancelled.signal]),
  });
  release();
  return { outcome, bytes };
}

async function conclude(
  context: ScriptContext,
  report: TransferReport,
  outcome: TransferOutcome,
  bytes: number,
): Promise<Flow> {
  const { machine, terminal, signal, slots } = context;
  const path = machine.flash.incomingPath(report.file);
  if (signal.aborted) {
    keepTorn(context, report.file);
    reportTransfer(context, report, bytes, 'power lost');
    throw signal.reason as Error;
  }
  if (outcome.kind === 'failed') {
    reportTransfer(context, report, bytes, outcome.failure);
    machine.flash.discardIncoming(report.file);
    return error(context, report.file, 'Transfer aborted');
  }
  if (stripsPad(context)) stripPad(path);
  spoilReceived(context, report.file, 'xmodem');
  if (slots['validate'] === 'yes' && !(await isImage(context, path))) {
    reportTransfer(context, report, bytes, 'image validation failed');
    machine.flash.discardIncoming(report.file);
    return error(context, report.file, 'Bad checksum');
  }
  const sizeBytes = statSync(path).size;
  if (!keepReceived(context, report.file, sizeBytes)) {
    reportTransfer(context, report, bytes, 'no space');
    return error(context, report.file, 'Not enough space on device');
  }
  reportTransfer(context, report, bytes, 'received');
  terminal.print(`\nLab: bytes moved by ${report.program}\n${copiedLine(context, sizeBytes, report.startedAtMs)}\n`);
  return 'next';
}

/** XMODEM has no length: a device that drops the padding drops every trailing 0x1A, the file's own too. */
function stripPad(path: string): void {
  const bytes = readFileSync(path);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === PAD_BYTE) end -= 1;
  truncateSync(path, end);
}

function stripsPad({ machine: { spec, faults } }: ScriptContext): boolean {
  if (faults.strikes('xmodem-pad-kept')) return false;
  return faults.strikes('xmodem-pad-stripped') || spec.xmodemPad === 'stripped';
}

async function isImage({ machine }: ScriptContext, path: string): Promise<boolean> {
  return (await checkImage(path, machine.spec.vendor, machine.spec.family)).kind === 'good';
}

function error(context: ScriptContext, file: string, reason: string): Flow {
  context.terminal.freshLine();
  context.terminal.print(`%Error copying xmodem:${file} (${reason})\n`);
  return 'stop';
}

export const xmodemOperations: Readonly<Record<string, Operation>> = { xmodemGet };
