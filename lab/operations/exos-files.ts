/** Files of an ExtremeXOS switch: `ls`, `rm`, `tftp get|put`, `scp2`, and what a crash left in its internal memory. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { FaultId } from '../faults/catalogue.js';
import type { Flow, Machine, Operation, Predicate, ScriptContext } from '../machine.js';
import { pageFiltered } from '../script.js';
import { fetchUrl, urlProgram } from '../transfers/url-client.js';
import { sendUrl } from '../transfers/url-send.js';
import { Weather } from '../transfers/weather.js';
import { bringByTftp } from './exos-bring.js';
import { GIVE_UP_MS } from './tftp-fetch.js';
import { isUnreachable, reportTransfer, spoilReceived } from './transfer-file.js';

/** What a fault leaves in the internal memory; a download asks about it by what it is. */
const LEFT_BY_CRASH: readonly (readonly [id: FaultId, file: string])[] = [
  ['core-dumps', 'core.vlan.542'],
  ['internal-memory-files', 'trace.devmgr.542'],
  ['debug-files', 'debug_info.542.tgz'],
];
const DUMP_BYTES = 30_000;

function isDump(name: string): boolean {
  return LEFT_BY_CRASH.some(([, file]) => file === name);
}

/** Dumps that are there, with those that a fault has just made. */
function dumps({ flash, faults }: Machine): readonly string[] {
  for (const [id, file] of LEFT_BY_CRASH) if (faults.strikes(id)) flash.write(file, Buffer.alloc(DUMP_BYTES, id));
  return flash.list().flatMap(({ name }) => (isDump(name) ? [name] : []));
}

const exosRemoveDumps: Operation = ({ machine }) => {
  for (const name of dumps(machine)) {
    machine.journal.write('flashDelete', { file: name, running: false });
    machine.flash.delete(name);
  }
  return 'next';
};

/** `ls`: beside the configuration, or in the internal memory. */
const exosLs: Operation = async (context) => {
  const { machine, slots, terminal } = context;
  const inMemory = (slots['place'] ?? '') !== '';
  const left = dumps(machine);
  const { file = '' } = slots;
  const shown = machine.flash
    .list()
    .filter(({ name }) => left.includes(name) === inMemory && (file === '' || file === name));
  if (file !== '' && shown.length === 0) {
    terminal.print(`ls: ${file}: No such file or directory\n`);
    return 'stop';
  }
  const rows = shown.map(
    ({ name, sizeBytes }) => `-rw-r--r--    1 root     0        ${String(sizeBytes).padStart(9)} Jun 19 15:29 ${name}`,
  );
  const { totalBytes, freeBytes } = machine.flash;
  const [total, free] = [Math.floor(totalBytes / 1024), Math.floor(freeBytes / 1024)];
  const used = Math.round((100 * (total - free)) / total);
  const space = `${String(total).padStart(9)} ${String(total - free).padStart(9)} ${String(free).padStart(9)} ${String(used).padStart(3)}%`;
  await pageFiltered([...rows, ' 1K-blocks      Used Available Use%', space, ''], context);
  return 'next';
};

const exosRemoveFile: Operation = ({ machine, slots, terminal }) => {
  const { file = '' } = slots;
  if (!machine.flash.has(file)) {
    terminal.print(`Error: ${file}: No such file or directory\n`);
    return 'stop';
  }
  machine.journal.write('flashDelete', { file, running: false });
  machine.flash.delete(file);
  return 'next';
};

const exosNameFile: Operation = ({ slots }) => {
  if ((slots['file'] ?? '') === '') slots['file'] = basename(slots['source'] ?? '');
  return 'next';
};

const FAILURES = {
  timeout: 'Could not connect with',
  notFound: 'No such file or directory',
  refused: 'Permission denied',
  cancelled: 'Transfer aborted',
} as const;

function error({ terminal, slots }: ScriptContext, failure: keyof typeof FAILURES): Flow {
  terminal.freshLine();
  terminal.print(`Error: ${FAILURES[failure]} ${slots['server'] ?? ''}\n`);
  return 'stop';
}

const exosTftpGet: Operation = async (context) => {
  const { machine, slots, signal, terminal } = context;
  const { file = '' } = slots;
  terminal.print(`Downloading ${file} on switch`);
  const brought = await bringByTftp(context);
  if (signal.aborted) throw signal.reason as Error;
  if (brought !== 'received') {
    machine.flash.discardIncoming(file);
    return error(context, brought);
  }
  spoilReceived(context, file, 'tftp');
  machine.flash.delete(file);
  machine.flash.adopt(file);
  terminal.print(' done!\n');
  return 'next';
};

const exosTftpPut: Operation = async (context) => {
  const { machine, slots, signal, terminal } = context;
  const { file = '', server = '', target: path = '' } = slots;
  if (!machine.flash.has(file)) return error(context, 'notFound');
  const target = machine.relay.target(server);
  if (target === undefined || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return error(context, 'timeout');
  }
  const program = await urlProgram('ftp');
  const report = { method: 'tftp', program, file, startedAtMs: machine.clock.monotonicMs } as const;
  const localPath = machine.flash.path(file);
  const outcome = await sendUrl({
    ...{ scheme: 'tftp', host: target.host, port: target.port, path, signal, localPath, username: '', password: '' },
  });
  if (signal.aborted) throw signal.reason as Error;
  reportTransfer(context, report, statSync(localPath).size, outcome.kind === 'failed' ? outcome.failure : 'sent');
  if (outcome.kind === 'failed') return error(context, outcome.failure);
  terminal.print(`Uploading ${file} to ${server} ... done!\nLab: bytes moved by ${program}\n`);
  return 'next';
};

const exosScp: Operation = async (context) => {
  const { machine, slots, signal, terminal } = context;
  const { file = '', server = '', source: path = '', user: username = '', password = '' } = slots;
  const target = machine.hosts.scp?.get(server);
  if (target === undefined || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, signal);
    return error(context, 'timeout');
  }
  const program = await urlProgram('scp');
  const report = { method: 'scp', program, file, startedAtMs: machine.clock.monotonicMs } as const;
  const localPath = machine.flash.incomingPath(file);
  const outcome = await fetchUrl({
    ...{ ...target, scheme: 'scp', signal, path, localPath, username, password },
    ...{
      onBytes: (bytes: number) => context.reachBytes(bytes),
      weather: new Weather(machine.faults),
      giveUpMs: machine.clock.wallMs(GIVE_UP_MS),
    },
  });
  if (signal.aborted) throw signal.reason as Error;
  if (outcome.kind === 'failed') {
    reportTransfer(context, report, 0, outcome.failure);
    machine.flash.discardIncoming(file);
    return error(context, outcome.failure);
  }
  reportTransfer(context, report, statSync(localPath).size, 'received');
  machine.flash.delete(file);
  machine.flash.adopt(file);
  terminal.print(
    `\nDownload  to /scratch/${file} on switch\nLab: bytes moved by ${program}\nImage ${file} successfully validated.\n`,
  );
  return 'next';
};

export const exosFileOperations: Readonly<Record<string, Operation>> = {
  exosLs,
  exosRemoveFile,
  exosRemoveDumps,
  exosNameFile,
  exosTftpGet,
  exosTftpPut,
  exosScp,
};

export const exosFilePredicates: Readonly<Record<string, Predicate>> = {
  coreDumps: ({ machine }) => dumps(machine).length > 0,
  // Newer releases ask about all files there, in other words.
  filesWording: ({ machine }) => !dumps(machine).some((name) => name.startsWith('core.')),
  debugWording: ({ machine }) => dumps(machine).some((name) => name.startsWith('debug')),
};
