/**
 * `download image`, `download url` and `install image` of ExtremeXOS: one file or a list of them, into the partition that does
 * not run, and never into the one that does (research: exos §1, §2, §7). The questions between the steps stand in the device file.
 */
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { checkImage } from '../image.js';
import type { Flow, Operation, Predicate, ScriptContext } from '../machine.js';
import { otherPartition } from '../partitions.js';
import type { PartitionName } from '../partitions.js';
import { exosTime, partitionsOf } from './exos-show.js';
import { bringByTftp, bringByUrl } from './exos-bring.js';
import { GIVE_UP_MS } from './tftp-fetch.js';
import { spoilReceived } from './transfer-file.js';

const CORE = /\.xos$/i;
const MODULE = /\.xmod$/i;
const LIST = /\.lst$/i;
/** What a URL may name besides; a list too. */
const CUSTOMER_FILE = /\.(?:cfg|xsf|pol|xlic|lic|py|ssh)$/i;
/** A module that says so as it is installed. */
const LEGACY_CLI = /legacy-?cli/i;
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
const exosPlan: Operation = (context) => {
  const { machine, slots, terminal } = context;
  if (machine.faults.strikes('license-level')) {
    terminal.print('Error: This command cannot be executed at the current license level.\n');
    return 'stop';
  }
  if (machine.faults.strikes('contract-expired')) {
    terminal.print('Service contract expired, please renew it to be able to download the new software image.\n');
    return 'stop';
  }
  const partitions = partitionsOf(machine);
  const file = basename(slots['source'] ?? '');
  if (slots['partition'] === undefined || slots['partition'] === '')
    slots['partition'] = otherPartition(partitions.master.booted);
  slots['queue'] = slots['source'] ?? '';
  const isImage = CORE.test(file) || MODULE.test(file);
  if (!isImage && !(isUrl(slots) && (LIST.test(file) || CUSTOMER_FILE.test(file))))
    return failed(context, 'Unknown file type.');
  if (isImage && !partitions.isAligned) {
    terminal.print('Error: all nodes do not have the same image partition selected.\n');
    return 'stop';
  }
  return CORE.test(file) ? refuseBooted(context) : 'next';
};

function refuseBooted({ machine, slots, terminal }: ScriptContext): Flow {
  const partitions = partitionsOf(machine);
  if (slots['partition'] !== partitions.master.booted) return 'next';
  terminal.print(
    partitions.slots.length > 1
      ? 'Error: the image partition selected must not be the active partition.\n'
      : 'Error: Image can only be installed to the non-active partition.\n',
  );
  return 'stop';
}

function isUrl({ typed = '' }: Readonly<Record<string, string>>): boolean {
  return /^dow\w* url /i.test(typed);
}

/** Takes the next file of the queue; a list is replaced by what it names. With none left the command is over. */
const exosNextFile: Operation = async (context) => {
  const { slots, terminal } = context;
  for (;;) {
    const [source = '', ...rest] = (slots['queue'] ?? '').split('\n').filter((line) => line !== '');
    slots['queue'] = rest.join('\n');
    if (source === '') return slots['reboot'] === undefined || slots['reboot'] === '' ? 'stop' : { restart: 'reload' };
    slots['source'] = source;
    slots['file'] = basename(source);
    if (!LIST.test(source)) break;
    const flow = await takeList(context, source, rest);
    if (flow !== 'next') return flow;
  }
  if (isUrl(slots))
    terminal.print(`\nDownloading ${slots['scheme'] ?? ''}://${slots['server'] ?? ''}/${slots['source']}`);
  return CORE.test(slots['file'] ?? '') ? refuseBooted(context) : 'next';
};

/** Names are relative to the list; a list that it names comes in its place. */
async function takeList(context: ScriptContext, list: string, rest: readonly string[]): Promise<Flow> {
  const { machine, slots } = context;
  const brought = await bring(context);
  if (brought !== 'received') return failed(context, TAILS[brought]);
  const path = machine.flash.incomingPath(slots['file'] ?? '');
  const names = readFileSync(path, 'utf8')
    .split(/\s+/)
    .filter((name) => name !== '');
  machine.flash.discardIncoming(slots['file'] ?? '');
  const folder = list.slice(0, list.lastIndexOf('/') + 1);
  slots['queue'] = [...names.map((name) => folder + name), ...rest].join('\n');
  slots['listed'] = 'yes';
  return 'next';
}

/** Brings the file into the internal memory and looks at it. */
const exosFetch: Operation = async (context) => {
  const { machine, slots, signal, terminal } = context;
  const file = slots['file'] ?? '';
  if (slots['scheme'] !== 'local') terminal.print('\nDownloading to Switch');
  const brought = await bring(context);
  if (signal.aborted) {
    machine.flash.discardIncoming(file);
    throw signal.reason as Error;
  }
  return brought === 'received' ? received(context) : discard(context, TAILS[brought]);
};

async function bring(context: ScriptContext): Promise<keyof typeof TAILS | 'received'> {
  const { machine, slots } = context;
  const { file = '', scheme = 'tftp' } = slots;
  const { flash } = machine;
  switch (scheme) {
    case 'local':
    case 'memorycard': {
      // Put there a moment ago.
      if (scheme === 'local') flash.adopt(file);
      const from = scheme === 'local' ? flash.path(file) : flash.onCard(file);
      if (from === undefined || !existsSync(from)) return 'notFound';
      copyFileSync(from, flash.incomingPath(file));
      return 'received';
    }
    case 'http':
    case 'ftp':
      return bringByUrl(context, scheme);
    case '':
    case 'tftp':
      return bringByTftp(context);
    default:
      await machine.clock.sleep(GIVE_UP_MS, context.signal);
      return 'timeout';
  }
}

async function received(context: ScriptContext): Promise<Flow> {
  const { machine, slots } = context;
  const { flash, spec, faults } = machine;
  const { file = '', scheme = 'tftp' } = slots;
  if (scheme !== 'local' && scheme !== 'memorycard') spoilReceived(context, file, scheme === 'http' ? 'http' : 'tftp');
  const path = flash.incomingPath(file);
  if (faults.take('no-space') !== undefined || statSync(path).size > flash.freeBytes)
    return discard(context, 'Not enough space in internal memory.');
  if (CORE.test(file) || MODULE.test(file)) {
    const check = await checkImage(path, spec.vendor, spec.family);
    if (check.kind === 'damaged') return discard(context, 'Error: Image CRC check failed.');
    if (check.kind !== 'good') return discard(context, 'Error: Image is not for this platform.');
    if (faults.take('poe-mcu') !== undefined)
      return discard(
        context,
        `${spec.family}-${check.header.version} does not include\ncompatible PoE microcontroller support.`,
      );
    if (faults.take('signature-fatal') !== undefined)
      return discard(context, 'Error: Image signature cannot be validated.');
    slots['imageVersion'] = check.header.version;
  }
  return 'next';
}

/** Writes the partition, on every slot or on the one that was named. A core image takes the place of everything there and boots next. */
const exosInstall: Operation = async (context): Promise<Flow> => {
  const { machine, slots, terminal, signal } = context;
  const partitions = partitionsOf(machine);
  const { file = '', partition: name = '', imageVersion: version = '' } = slots;
  const partition = name as PartitionName;
  const only = unitOf(slots);
  if (only !== undefined && partitions.slots[only] === undefined) return failed(context, 'Invalid slot.');
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
  if (LEGACY_CLI.test(file)) terminal.print('\nLegacy CLI framework was Successfully Installed !!!');
  const image = { fileName: file, version, installed: installedAt(machine.clock), modules: [] };
  if (MODULE.test(file)) partitions.addModule(partition, file, only);
  else partitions.install(partition, image, only);
  terminal.print('\nImage installed successfully\n');
  if (CORE.test(file)) terminal.print('This image will be used only after rebooting the switch!\n');
  // As a recorded list of 22.1 has it: once more after a core image.
  if (CORE.test(file) && slots['listed'] === 'yes') terminal.print('Image installed successfully\n');
  return 'next';
};

/** Index of the one slot or card that a command names. */
function unitOf({ unit = '', msm = '' }: Readonly<Record<string, string>>): number | undefined {
  if (unit !== '') return Number(unit) - 1;
  return msm === '' ? undefined : msm.toUpperCase().charCodeAt(0) - 'A'.charCodeAt(0);
}

/** `Wed Oct 22 11:53:23 UTC 2025` */
function installedAt(clock: ScriptContext['machine']['clock']): string {
  return exosTime(clock.now).replace(/ (\d{4})$/, ' UTC $1');
}

/** The file stays in internal memory for `install image`. */
const exosKeepFile: Operation = ({ machine, slots }) => {
  machine.flash.adopt(slots['file'] ?? '');
  return 'next';
};

/** What is no image lies beside the configuration. */
const exosStoreFile: Operation = ({ machine, slots, terminal }) => {
  machine.flash.delete(slots['file'] ?? '');
  machine.flash.adopt(slots['file'] ?? '');
  terminal.print(`\n${slots['file'] ?? ''} downloaded successfully\n`);
  return 'next';
};

const exosDiscardFile: Operation = ({ machine, slots }) => {
  machine.flash.discardIncoming(slots['file'] ?? '');
  return 'next';
};

const exosUseImage: Operation = ({ machine, slots }) => {
  const partitions = partitionsOf(machine);
  const partition = (slots['partition'] ?? '') as PartitionName;
  const only = unitOf(slots);
  const behind = machine.faults.take('slot-behind') === undefined ? undefined : partitions.slots.length - 1;
  if (only === undefined) partitions.select(partition, behind);
  else partitions.selectOf(only, partition);
  machine.journal.write('nvramWrite', { selected: partition });
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

export const exosDownloadOperations: Readonly<Record<string, Operation>> = {
  exosPlan,
  exosNextFile,
  exosFetch,
  exosInstall,
  exosKeepFile,
  exosStoreFile,
  exosDiscardFile,
  exosUseImage,
};

const armed =
  (id: 'unknown-question' | 'signature-unsigned' | 'signature-nocert' | 'signature-badcert'): Predicate =>
  ({ machine }) =>
    machine.faults.take(id) !== undefined;

export const exosDownloadPredicates: Readonly<Record<string, Predicate>> = {
  isImage: ({ slots }) => CORE.test(slots['file'] ?? '') || MODULE.test(slots['file'] ?? ''),
  // Some switches do not ask.
  asksInstall: ({ machine, slots }) => {
    if (!machine.faults.strikes('no-questions')) return true;
    slots['install'] = 'yes';
    return false;
  },
  unknownQuestion: armed('unknown-question'),
  isUnsigned: armed('signature-unsigned'),
  lacksCertificate: armed('signature-nocert'),
  hasBadCertificate: armed('signature-badcert'),
};
