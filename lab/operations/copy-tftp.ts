/** `copy tftp://server/file flash:file`, after its questions. */
import { statSync } from 'node:fs';
import { fillSlots } from '../slots.js';
import { machineSlots } from '../machine.js';
import type { Flow, Operation, ScriptContext } from '../machine.js';
import { GIVE_UP_MS, TftpFetch } from './tftp-fetch.js';
import type { Fetched } from './tftp-fetch.js';
import {
  beginWrite,
  copiedLine,
  isUnreachable,
  keepReceived,
  keepTorn,
  reportTransfer,
  spoilReceived,
} from './transfer-file.js';
import type { TransferReport } from './transfer-file.js';

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
  if (machine.faults.strikes('flash-readonly'))
    return error(context, 'opening', `${machine.spec.flash.name}:${file}`, 'Read-only file system');
  const target = machine.relay.target(server);
  if (target === undefined || machine.faults.strikes('tftp-timeout') || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, context.signal);
    return error(context, 'opening', `tftp://${server}/${source}`, ERRORS.timeout);
  }
  const report: TransferReport = {
    method: 'tftp',
    program: await machine.agent.tftpProgram(),
    file,
    startedAtMs: machine.clock.monotonicMs,
  };
  const fetched = await ciscoFetch(context, report).run(target);
  return conclude(context, report, fetched);
};

function ciscoFetch(context: ScriptContext, report: TransferReport): TftpFetch {
  const { terminal, machine, slots } = context;
  const { file } = report;
  return new TftpFetch(context, {
    ...{ remoteFile: slots['source'] ?? '', file },
    onBegin: () => {
      beginWrite(context, file, 'tftp');
      const text = 'Loading {{source}} from {{server}} (via {{networkInterface}}): ';
      terminal.print(fillSlots(text, { ...machineSlots(machine), ...slots }));
    },
    onBlock: (blocks) => {
      if (blocks % BLOCKS_PER_MARK === 0) terminal.print('!');
    },
  });
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
  spoilReceived(context, report.file, 'tftp');
  const sizeBytes = statSync(machine.flash.incomingPath(report.file)).size;
  if (!keepReceived(context, report.file, sizeBytes)) {
    reportTransfer(context, report, bytes, 'no space');
    return error(context, 'copying', url, 'Not enough space on device');
  }
  reportTransfer(context, report, bytes, 'received');
  terminal.print(`\n[OK - ${String(sizeBytes)} bytes]\n\nLab: bytes moved by ${report.program}\n`);
  terminal.print(copiedLine(context, sizeBytes, report.startedAtMs));
  return 'next';
}

function error(context: ScriptContext, verb: string, what: string, reason: string): Flow {
  context.terminal.freshLine();
  context.terminal.print(`%Error ${verb} ${what} (${reason})\n`);
  return 'stop';
}

export const tftpOperations: Readonly<Record<string, Operation>> = { tftpGet };
