/** Files in flash: listing, deleting, proving. */
import { checkImage } from '../image.js';
import type { ImageCheck } from '../image.js';
import type { Flow, Machine, Operation, ScriptContext } from '../machine.js';
import { pageFiltered } from '../script.js';

/** Reading flash takes this long, device ms a megabyte: research, vendors §5.1.3. */
const READ_MS_PER_MB = 700;
const MB = 1_000_000;
/** `verify-timeout`, device ms: longer than anybody waits. */
const VERIFY_SILENCE_MS = 900_000;

function listing(machine: Machine): readonly string[] {
  const rows = machine.flash.list().map((file, index) => {
    const number = String(index + 1).padStart(5);
    return `${number}  -rw-  ${String(file.sizeBytes).padStart(10)}   Mar 1 1993 00:02:38 +00:00  ${file.name}`;
  });
  const { totalBytes, freeBytes } = machine.flash;
  const total = `${String(totalBytes)} bytes total (${String(freeBytes)} bytes free)`;
  return [`Directory of ${machine.spec.flash.name}:/`, '', ...rows, '', total, ''];
}

const dirFlash: Operation = async (context): Promise<Flow> => {
  await pageFiltered(listing(context.machine), context);
  return 'next';
};

/** As a loader lists: size, checksum, name. */
const dirLoader: Operation = ({ machine, terminal }) => {
  terminal.print('         File size           Checksum   File name\n');
  for (const { name, sizeBytes } of machine.flash.list()) {
    const size = `${String(sizeBytes).padStart(10)} bytes (0x${sizeBytes.toString(16)})`;
    terminal.print(`${size}   0x${(sizeBytes & 0xffff).toString(16).padStart(4, '0')}    ${name}\n`);
  }
  return 'next';
};

function missing({ machine, terminal, slots }: ScriptContext, verb: string): Flow {
  terminal.print(`%Error ${verb} ${machine.spec.flash.name}:${slots['file'] ?? ''} (No such file or directory)\n`);
  return 'stop';
}

const deleteFile: Operation = (context) => {
  const { machine, slots, terminal } = context;
  const file = slots['file'] ?? '';
  if (machine.faults.strikes('flash-readonly')) {
    terminal.print(`%Error deleting ${machine.spec.flash.name}:${file} (Read-only file system)\n`);
    return 'stop';
  }
  if (!machine.flash.has(file)) return missing(context, 'deleting');
  machine.journal.write('flashDelete', { file, running: machine.memory.image.fileName === file });
  machine.flash.delete(file);
  return 'next';
};

const eraseFlash: Operation = ({ machine }) => {
  for (const { name } of machine.flash.list()) {
    machine.journal.write('flashDelete', { file: name, running: machine.memory.image.fileName === name });
    machine.flash.delete(name);
  }
  return 'next';
};

async function readThrough(context: ScriptContext, file: string): Promise<void> {
  const { machine, terminal, signal } = context;
  const silent = machine.faults.take('verify-timeout');
  if (silent !== undefined) await machine.clock.sleep(Number(silent.effect ?? VERIFY_SILENCE_MS), signal);
  const sizeBytes = machine.flash.list().find((entry) => entry.name === file)?.sizeBytes ?? 0;
  const dots = Math.max(2, Math.ceil((sizeBytes / MB) * 10));
  for (let dot = 0; dot < dots; dot += 1) {
    await machine.clock.sleep(((sizeBytes / MB) * READ_MS_PER_MB) / dots, signal);
    terminal.print('.');
  }
}

/** `verify flash:x`: the image's own checksum. */
const verifyImage: Operation = async (context) => {
  const { machine, terminal, slots } = context;
  const { vendor, family, flash } = machine.spec;
  const file = slots['file'] ?? '';
  if (!machine.flash.has(file)) return missing(context, 'verifying');
  await readThrough(context, file);
  const read = await checkImage(machine.flash.path(file), vendor, family);
  const isForged = read.kind === 'good' && machine.faults.strikes('signature-fail');
  const check: ImageCheck = isForged ? { kind: 'damaged', reason: 'signature verification failed' } : read;
  const path = `${flash.name}:${file}`;
  if (check.kind === 'good') terminal.print(`\nVerified ${path}\n`);
  else terminal.print(`\n%Error verifying ${path} (${check.reason})\n`);
  return check.kind === 'good' ? 'next' : 'stop';
};

function otherDigit(hash: string, changes: boolean): string {
  return changes ? `${hash.startsWith('0') ? '1' : '0'}${hash.slice(1)}` : hash;
}

/** `verify /md5 flash:x [hash]` */
const verifyMd5: Operation = async (context) => {
  const { machine, terminal, slots } = context;
  const file = slots['file'] ?? '';
  if (!machine.flash.has(file)) return missing(context, 'verifying');
  await readThrough(context, file);
  const computed = otherDigit(await machine.flash.md5(file), machine.faults.strikes('md5-mismatch'));
  const submitted = slots['hash'] ?? '';
  const path = `${machine.spec.flash.name}:${file}`;
  terminal.print('Done!\n');
  if (submitted === '') terminal.print(`verify /md5 (${path}) = ${computed}\n`);
  else if (submitted.toLowerCase() === computed) terminal.print(`Verified (${path}) = ${computed}\n`);
  else
    terminal.print(`%Error verifying ${path}\nComputed signature  = ${computed}\nSubmitted signature = ${submitted}\n`);
  return 'next';
};

/** A destination without a name takes the source's. */
const defaultFileName: Operation = ({ slots }) => {
  if ((slots['file'] ?? '') === '') slots['file'] = (slots['source'] ?? '').replace(/^.*\//, '');
  return 'next';
};

export const flashOperations: Readonly<Record<string, Operation>> = {
  dirFlash,
  dirLoader,
  deleteFile,
  eraseFlash,
  verifyImage,
  verifyMd5,
  defaultFileName,
};
