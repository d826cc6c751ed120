/** `copy flash:file tftp://…|ftp://…|scp://…`, after its questions. */
import { statSync } from 'node:fs';
import type { Flow, Operation, ScriptContext } from '../machine.js';
import type { TransferOutcome } from '../transfers/agent.js';
import { urlProgram } from '../transfers/url-client.js';
import { sendUrl } from '../transfers/url-send.js';
import type { SendRequest } from '../transfers/url-send.js';
import { GIVE_UP_MS } from './tftp-fetch.js';
import { copiedLine, isUnreachable, reportTransfer } from './transfer-file.js';
import type { TransferReport } from './transfer-file.js';

/** One `!` stands for so many bytes. */
const BYTES_PER_MARK = 5000;

const ERRORS = {
  timeout: 'Timed out',
  notFound: 'No such file or directory',
  refused: 'Permission denied',
  cancelled: 'Undefined error',
} as const;

const urlPut: Operation = async (context): Promise<Flow> => {
  const { machine, slots, signal } = context;
  const { server = '', file = '', target: path = '' } = slots;
  const scheme = (slots['scheme'] ?? 'tftp') as SendRequest['scheme'];
  if (!machine.flash.has(file)) {
    return error(context, `${machine.spec.flash.name}:${file}`, 'No such file or directory');
  }
  const target = scheme === 'tftp' ? machine.relay.target(server) : machine.hosts[scheme]?.get(server);
  if (target === undefined || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return error(context, `${scheme}://${server}/${path}`, ERRORS.timeout);
  }
  const program = await urlProgram(scheme === 'tftp' ? 'ftp' : scheme);
  const report: TransferReport = { method: scheme, program, file, startedAtMs: machine.clock.monotonicMs };
  const outcome = await sendUrl({
    ...{ scheme, host: target.host, port: target.port, path, signal, localPath: machine.flash.path(file) },
    ...{ username: slots['user'] ?? '', password: slots['password'] ?? '' },
  });
  return conclude(context, report, outcome);
};

function conclude(context: ScriptContext, report: TransferReport, outcome: TransferOutcome): Flow {
  const { machine, slots, terminal, signal } = context;
  if (signal.aborted) throw signal.reason as Error;
  if (outcome.kind === 'failed') {
    reportTransfer(context, report, 0, outcome.failure);
    return error(
      context,
      `${slots['scheme'] ?? ''}://${slots['server'] ?? ''}/${slots['target'] ?? ''}`,
      ERRORS[outcome.failure],
    );
  }
  const sizeBytes = statSync(machine.flash.path(report.file)).size;
  reportTransfer(context, report, sizeBytes, 'sent');
  terminal.print(`${'!'.repeat(Math.floor(sizeBytes / BYTES_PER_MARK))}\n`);
  terminal.print(copiedLine(context, sizeBytes, report.startedAtMs));
  return 'next';
}

function error(context: ScriptContext, what: string, reason: string): Flow {
  context.terminal.freshLine();
  context.terminal.print(`%Error opening ${what} (${reason})\n`);
  return 'stop';
}

export const copyOutOperations: Readonly<Record<string, Operation>> = { urlPut };
