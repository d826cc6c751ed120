/** `copy tftp://server/file flash:file`, after its questions. */
import { statSync } from 'node:fs';
import { fillSlots } from '../slots.js';
import { machineSlots } from '../machine.js';
import type { Flow, Operation, ScriptContext } from '../machine.js';
import type { TransferOutcome } from '../transfers/agent.js';
import type { TftpTarget } from '../transfers/relay.js';
import { beginWrite, copiedLine, keepReceived, keepTorn, reportTransfer, spoilReceived } from './transfer-file.js';
import type { TransferReport } from './transfer-file.js';

/** A router asks again for half a minute before it gives up, device ms. */
const GIVE_UP_MS = 30_000;
/** However short the scaled time: a loaded machine needs this long to answer, wall-clock ms. */
const MIN_PATIENCE_MS = 5000;
/** One `!` stands for ten datagrams (research: vendors §5.1.1). */
const BLOCKS_PER_MARK = 10;

const ERRORS = {
  timeout: 'Timed out',
  notFound: 'No such file or directory',
  refused: 'Undefined error',
  cancelled: 'Undefined error',
} as const;

const tftpGet: Operation = async (context) => {
  const { machine, slots } = context;
  const { server = '', source = '', file = '' } = slots;
  if (!machine.flash.isName(file))
    return error(context, 'opening', `${machine.spec.flash.name}:${file}`, 'Bad file name');
  const target = machine.relay.target(server);
  if (target === undefined || machine.faults.take('tftp-timeout') !== undefined) {
    await machine.clock.sleep(GIVE_UP_MS, context.signal);
    return error(context, 'opening', `tftp://${server}/${source}`, ERRORS.timeout);
  }
  const report: TransferReport = {
    method: 'tftp',
    program: await machine.agent.tftpProgram(),
    file,
    startedAtMs: performance.now(),
  };
  const fetched = await new TftpFetch(context, report).run(target);
  return conclude(context, report, fetched);
};

interface Fetched {
  readonly outcome: TransferOutcome;
  readonly bytes: number;
}

/** One fetch through the relay, with its marks on the console and its watch for silence. */
class TftpFetch {
  readonly #context: ScriptContext;
  readonly #report: TransferReport;
  readonly #silence = new AbortController();
  #blocks = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(context: ScriptContext, report: TransferReport) {
    this.#context = context;
    this.#report = report;
  }

  async run(target: TftpTarget): Promise<Fetched> {
    const { machine, signal } = this.#context;
    const path = await machine.relay.open(target, { onBlock: (bytes) => this.#onBlock(bytes) });
    this.#watchSilence();
    const outcome = await machine.agent.tftpGet({
      host: path.host,
      port: path.port,
      remoteFile: this.#remoteFile(),
      localPath: machine.flash.incomingPath(this.#report.file),
      signal: AbortSignal.any([signal, this.#silence.signal]),
    });
    clearTimeout(this.#timer);
    path.close();
    if (this.#silence.signal.aborted) {
      return { outcome: { kind: 'failed', failure: 'timeout', text: 'silence' }, bytes: this.#bytes };
    }
    return { outcome, bytes: this.#bytes };
  }

  #remoteFile(): string {
    const { machine, slots } = this.#context;
    const source = slots['source'] ?? '';
    return machine.faults.take('tftp-enoent') === undefined ? source : `${source}.missing`;
  }

  #onBlock(bytes: number): void {
    const { terminal, machine, slots } = this.#context;
    if (this.#blocks === 0) {
      beginWrite(this.#context, this.#report.file, 'tftp');
      const text = 'Loading {{source}} from {{server}} (via {{networkInterface}}): ';
      terminal.print(fillSlots(text, { ...machineSlots(machine), ...slots }));
    }
    this.#bytes = bytes;
    this.#blocks += 1;
    if (this.#blocks % BLOCKS_PER_MARK === 0) terminal.print('!');
    this.#watchSilence();
    this.#context.reachBytes(bytes);
  }

  #watchSilence(): void {
    clearTimeout(this.#timer);
    const patienceMs = Math.max(this.#context.machine.clock.wallMs(GIVE_UP_MS), MIN_PATIENCE_MS);
    this.#timer = setTimeout(() => this.#silence.abort(), patienceMs);
  }
}

function conclude(context: ScriptContext, report: TransferReport, { outcome, bytes }: Fetched): Flow {
  const { machine, slots, terminal, signal } = context;
  const url = `tftp://${slots['server'] ?? ''}/${slots['source'] ?? ''}`;
  if (signal.aborted) {
    keepTorn(context, report.file);
    reportTransfer(context, report, bytes, 'power lost');
    throw signal.reason as Error;
  }
  if (outcome.kind === 'failed') {
    reportTransfer(context, report, bytes, outcome.failure);
    machine.flash.discardIncoming(report.file);
    return error(context, bytes === 0 ? 'opening' : 'reading', url, ERRORS[outcome.failure]);
  }
  spoilReceived(context, report.file);
  const sizeBytes = statSync(machine.flash.incomingPath(report.file)).size;
  if (!keepReceived(context, report.file, sizeBytes)) {
    reportTransfer(context, report, bytes, 'no space');
    return error(context, 'copying', url, 'Not enough space on device');
  }
  reportTransfer(context, report, bytes, 'received');
  terminal.print(`\n[OK - ${String(sizeBytes)} bytes]\n\nLab: bytes moved by ${report.program}\n`);
  terminal.print(copiedLine(sizeBytes, report.startedAtMs));
  return 'next';
}

function error(context: ScriptContext, verb: string, what: string, reason: string): Flow {
  context.terminal.freshLine();
  context.terminal.print(`%Error ${verb} ${what} (${reason})\n`);
  return 'stop';
}

export const tftpOperations: Readonly<Record<string, Operation>> = { tftpGet };
