/** `copy ftp://…|http://…|scp://… flash:file`, after its questions. */
import { existsSync, statSync } from 'node:fs';
import type { Faults } from '../faults/faults.js';
import type { Flow, Operation, ScriptContext } from '../machine.js';
import type { TransferOutcome } from '../transfers/agent.js';
import { fetchUrl, urlProgram } from '../transfers/url-client.js';
import type { UrlScheme } from '../transfers/url-client.js';
import { Weather } from '../transfers/weather.js';
import { GIVE_UP_MS } from './tftp-fetch.js';
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

/** One `!` stands for so many bytes. */
const BYTES_PER_MARK = 5000;

const ERRORS = {
  timeout: 'Timed out',
  notFound: 'No such file or directory',
  refused: 'Permission denied',
  cancelled: 'Undefined error',
} as const;

const urlGet: Operation = async (context): Promise<Flow> => {
  const { machine, slots, signal } = context;
  const { server = '', file = '' } = slots;
  const scheme = (slots['scheme'] ?? 'http') as UrlScheme;
  if (!machine.flash.isName(file))
    return error(context, 'opening', `${machine.spec.flash.name}:${file}`, 'Bad file name');
  if (machine.faults.strikes('flash-readonly'))
    return error(context, 'opening', `${machine.spec.flash.name}:${file}`, 'Read-only file system');
  if (scheme === 'scp' && machine.faults.strikes('scp-hostkey-changed'))
    return error(context, 'opening', urlOf(context), 'Host key verification failed');
  const target = machine.hosts[scheme]?.get(server);
  if (target === undefined || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return error(context, 'opening', urlOf(context), ERRORS.timeout);
  }
  const program = await urlProgram(scheme);
  const report: TransferReport = { method: scheme, program, file, startedAtMs: machine.clock.monotonicMs };
  const progress = marks(context, file, scheme);
  const outcome = await fetchUrl({
    ...target,
    ...{ scheme, signal, path: slots['source'] ?? '', localPath: machine.flash.incomingPath(file) },
    ...{ username: slots['user'] ?? '', password: slots['password'] ?? '' },
    ...{ onBytes: progress, weather: new Weather(machine.faults), giveUpMs: machine.clock.wallMs(GIVE_UP_MS) },
    ...misaskedUrl(machine.faults, scheme, slots),
  });
  return conclude(context, report, outcome, progress);
};

/** Faults that make the server itself refuse: another name, another user. */
export function misaskedUrl(
  faults: Faults,
  scheme: UrlScheme,
  slots: Readonly<Record<string, string>>,
): { readonly path?: string; readonly username?: string; readonly password?: string } {
  const missing = `${slots['source'] ?? ''}.missing`;
  if (scheme === 'ftp' && faults.strikes('ftp-530')) return { username: 'nobody-here', password: 'wrong' };
  if (scheme === 'ftp' && faults.strikes('ftp-550')) return { path: missing };
  if (scheme === 'http' && faults.strikes('http-404')) return { path: missing };
  return {};
}

/** Says that bytes come, and tells the faults that wait for one. scp tells nothing before its end. */
function marks(context: ScriptContext, file: string, scheme: UrlScheme): (bytes: number) => void {
  let shown = 0;
  let begun = false;
  return (bytes) => {
    if (!begun) {
      beginWrite(context, file, scheme);
      context.terminal.print(`Loading ${context.slots['source'] ?? ''} `);
    }
    begun = true;
    for (; shown < Math.floor(bytes / BYTES_PER_MARK); shown += 1) context.terminal.print('!');
    context.reachBytes(bytes);
  };
}

function conclude(
  context: ScriptContext,
  report: TransferReport,
  outcome: TransferOutcome,
  progress: (bytes: number) => void,
): Flow {
  const { machine, terminal, signal } = context;
  const { file } = report;
  const path = machine.flash.incomingPath(file);
  const bytes = existsSync(path) ? statSync(path).size : 0;
  if (signal.aborted) {
    keepTorn(context, file);
    reportTransfer(context, report, bytes, 'power lost');
    throw signal.reason as Error;
  }
  if (outcome.kind === 'failed') {
    reportTransfer(context, report, bytes, outcome.failure);
    machine.flash.discardIncoming(file);
    return error(context, bytes === 0 ? 'opening' : 'reading', urlOf(context), ERRORS[outcome.failure]);
  }
  progress(bytes);
  spoilReceived(context, file, report.method);
  const sizeBytes = statSync(path).size;
  if (!keepReceived(context, file, sizeBytes)) {
    reportTransfer(context, report, bytes, 'no space');
    return error(context, 'copying', urlOf(context), 'Not enough space on device');
  }
  reportTransfer(context, report, bytes, 'received');
  terminal.print(`\n[OK - ${String(sizeBytes)}/4096 bytes]\n\nLab: bytes moved by ${report.program}\n`);
  terminal.print(copiedLine(context, sizeBytes, report.startedAtMs));
  return 'next';
}

/** As a device shows it: without the password. */
function urlOf({ slots }: ScriptContext): string {
  return `${slots['scheme'] ?? ''}://${slots['server'] ?? ''}/${slots['source'] ?? ''}`;
}

function error(context: ScriptContext, verb: string, what: string, reason: string): Flow {
  context.terminal.freshLine();
  context.terminal.print(`%Error ${verb} ${what} (${reason})\n`);
  return 'stop';
}

export const urlOperations: Readonly<Record<string, Operation>> = { urlGet };
