/**
 * `download image` and `use image` of ExtremeXOS: into the partition that does not run, and never into the one that does
 * (research: exos §1, §2, §7). The questions between the steps stand in the device file.
 */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { checkImage } from '../image.js';
import type { Flow, Operation, Predicate, ScriptContext } from '../machine.js';
import { otherPartition } from '../partitions.js';
import type { PartitionName } from '../partitions.js';
import type { TransferOutcome } from '../transfers/agent.js';
import { exosTime, partitionsOf } from './exos-show.js';
import { GIVE_UP_MS, TftpFetch } from './tftp-fetch.js';
import type { Fetched } from './tftp-fetch.js';
import { isUnreachable, reportTransfer, spoilReceived } from './transfer-file.js';

const CORE = /\.xos$/;
const MODULE = /\.xmod$/;
/** One dot stands for this many datagrams. */
const BLOCKS_PER_DOT = 16;
/** Writing a partition takes this long, device ms; with so many dots. */
const INSTALL_MS = 60_000;
const INSTALL_DOTS = 40;

/** Tails of `Error: Failed to download image -`: no vendor page lists them (research: exos §9), so these are the lab's own. */
const TAILS = {
  timeout: 'Timed out.',
  notFound: 'File not found.',
  refused: 'Refused by the server.',
  cancelled: 'Cancelled.',
} as const;

/** Fills in the partition where none was named; refuses the running one. */
const exosPlanDownload: Operation = (context) => {
  const { machine, slots, terminal } = context;
  const partitions = partitionsOf(machine);
  const { booted } = partitions.master;
  slots['file'] = basename(slots['source'] ?? '');
  if (slots['partition'] === undefined || slots['partition'] === '') slots['partition'] = otherPartition(booted);
  const isModule = MODULE.test(slots['file']);
  if (!CORE.test(slots['file']) && !isModule) return failed(context, 'Unknown file type.');
  if (!partitions.isAligned) {
    terminal.print('Error: all nodes do not have the same image partition selected.\n');
    return 'stop';
  }
  if (slots['partition'] !== booted || isModule) return 'next';
  terminal.print(
    partitions.slots.length > 1
      ? 'Error: the image partition selected must not be the active partition.\n'
      : 'Error: Image can only be installed to the non-active partition.\n',
  );
  return 'stop';
};

/** Fetches the file into the internal memory. */
const exosFetch: Operation = async (context) => {
  const { machine, slots, terminal } = context;
  const { server = '', source = '', file = '' } = slots;
  terminal.print('\nDownloading to Switch');
  const target = machine.relay.target(server);
  if (target === undefined || machine.faults.strikes('tftp-timeout') || isUnreachable(context)) {
    await machine.clock.sleep(GIVE_UP_MS, context.signal);
    return failed(context, TAILS.timeout);
  }
  const report = {
    method: 'tftp',
    program: await machine.agent.tftpProgram(),
    file,
    startedAtMs: machine.clock.monotonicMs,
  } as const;
  const fetch = new TftpFetch(context, {
    ...{ remoteFile: source, file, onBegin: () => undefined },
    onBlock: (blocks) => {
      if (blocks % BLOCKS_PER_DOT === 0) terminal.print('.');
    },
  });
  const fetched = await fetch.run(target);
  reportTransfer(context, report, fetched.bytes, outcomeOf(context, fetched));
  return received(context, fetched.outcome, report.program);
};

function outcomeOf({ signal }: ScriptContext, { outcome }: Fetched): string {
  if (signal.aborted) return 'power lost';
  return outcome.kind === 'failed' ? outcome.failure : 'received';
}

async function received(context: ScriptContext, outcome: TransferOutcome, program: string): Promise<Flow> {
  const { machine, slots, signal, terminal } = context;
  const { flash, spec } = machine;
  const file = slots['file'] ?? '';
  if (signal.aborted) {
    flash.discardIncoming(file);
    throw signal.reason as Error;
  }
  if (outcome.kind === 'failed') return discard(context, TAILS[outcome.failure]);
  spoilReceived(context, file, 'tftp');
  const path = flash.incomingPath(file);
  if (machine.faults.take('no-space') !== undefined || statSync(path).size > flash.freeBytes) {
    return discard(context, 'Not enough space in internal memory.');
  }
  const check = await checkImage(path, spec.vendor, spec.family);
  if (check.kind === 'damaged') return discard(context, 'Error: Image CRC check failed.');
  if (check.kind !== 'good') return discard(context, 'Error: Image is not for this platform.');
  if (machine.faults.take('signature-fatal') !== undefined) {
    return discard(context, 'Error: Image signature cannot be validated.');
  }
  slots['imageVersion'] = check.header.version;
  terminal.print(`\nLab: bytes moved by ${program}`);
  return 'next';
}

/** Writes the partition on every slot. A core image takes the place of everything there and boots next. */
const exosInstall: Operation = async (context): Promise<Flow> => {
  const { machine, slots, terminal, signal } = context;
  const partitions = partitionsOf(machine);
  const { file = '', partition: name = '', imageVersion: version = '' } = slots;
  const partition = name as PartitionName;
  machine.journal.write('flashWrite', {
    file: partition,
    by: 'install',
    // A module goes beside the image that runs.
    running: partition === partitions.master.booted && !MODULE.test(file),
  });
  terminal.print(`\nInstalling to ${partition} partition!\n\nInstalling to Switch`);
  for (let dot = 0; dot < INSTALL_DOTS; dot += 1) {
    await machine.clock.sleep(INSTALL_MS / INSTALL_DOTS, signal);
    terminal.print('.');
  }
  machine.flash.discardIncoming(file);
  if (MODULE.test(file)) partitions.addModule(partition, file);
  else partitions.install(partition, { fileName: file, version, installed: installedAt(machine.clock), modules: [] });
  terminal.print('\nImage installed successfully\n');
  if (CORE.test(file)) terminal.print('This image will be used only after rebooting the switch!\n');
  return 'next';
};

/** `Wed Oct 22 11:53:23 UTC 2025` */
function installedAt(clock: ScriptContext['machine']['clock']): string {
  return exosTime(clock.now).replace(/ (\d{4})$/, ' UTC $1');
}

/** The file stays in internal memory for `install image`. */
const exosKeepFile: Operation = ({ machine, slots }) => {
  machine.flash.adopt(slots['file'] ?? '');
  return 'next';
};

const exosDiscardFile: Operation = ({ machine, slots }) => {
  machine.flash.discardIncoming(slots['file'] ?? '');
  return 'next';
};

const exosUseImage: Operation = ({ machine, slots }) => {
  const partitions = partitionsOf(machine);
  const behind = machine.faults.take('slot-behind') === undefined ? undefined : partitions.slots.length - 1;
  partitions.select((slots['partition'] ?? '') as PartitionName, behind);
  machine.journal.write('nvramWrite', { selected: slots['partition'] ?? '' });
  return 'next';
};

function discard(context: ScriptContext, tail: string): Flow {
  context.machine.flash.discardIncoming(context.slots['file'] ?? '');
  return failed(context, tail);
}

function failed({ terminal }: ScriptContext, tail: string): Flow {
  terminal.freshLine();
  terminal.print(`Error: Failed to download image - ${tail}\n`);
  return 'stop';
}

export const exosImageOperations: Readonly<Record<string, Operation>> = {
  exosPlanDownload,
  exosFetch,
  exosInstall,
  exosKeepFile,
  exosDiscardFile,
  exosUseImage,
};

const armed =
  (
    id: 'core-dumps' | 'unknown-question' | 'signature-unsigned' | 'signature-nocert' | 'signature-badcert',
  ): Predicate =>
  ({ machine }) =>
    machine.faults.take(id) !== undefined;

export const exosImagePredicates: Readonly<Record<string, Predicate>> = {
  coreDumps: armed('core-dumps'),
  unknownQuestion: armed('unknown-question'),
  isUnsigned: armed('signature-unsigned'),
  lacksCertificate: armed('signature-nocert'),
  hasBadCertificate: armed('signature-badcert'),
};
