/** Choosing an image, starting it, and what may go wrong there. */
import { Configuration } from '../configuration.js';
import { checkImage } from '../image.js';
import type { BadImage, ImageCheck } from '../image.js';
import { configuredSpeed } from './console-speed.js';
import type { Flow, Machine, Operation, RunningImage, ScriptContext } from '../machine.js';
import { fillSlots } from '../slots.js';
import { readProvisioned } from './install.js';

/** Configuration register, bits 0–3: 0 means stay at the loader. */
const STAY_AT_LOADER = 0;

/** `flash:/x`, `flash:x`, `flash x` and the aliases of the file system; undefined for `tftp …` and the like. */
function fileOfTarget(machine: Machine, target: string): string | undefined {
  const { name, aliases } = machine.spec.flash;
  const match = /^(\w+)[: ]\/?(\S+)$/.exec(target);
  return match !== null && [name, ...aliases].includes(match[1] ?? '') ? match[2] : undefined;
}

async function tryImage(context: ScriptContext, file: string): Promise<RunningImage | undefined> {
  const { machine } = context;
  const { vendor, family, flash } = machine.spec;
  const provisioned = readProvisioned(machine, file);
  if (provisioned !== undefined) return { fileName: file, version: provisioned.version };
  const check: ImageCheck = machine.flash.isName(file)
    ? await checkImage(machine.flash.path(file), vendor, family)
    : { kind: 'missing', reason: 'no such file' };
  if (check.kind === 'good') return { fileName: file, version: check.header.version };
  tellBootError(context, `${flash.name}:${file}`, check);
  return undefined;
}

function tellBootError({ machine, terminal }: ScriptContext, path: string, check: BadImage): void {
  const { bootError } = machine.spec.slots;
  if (bootError !== undefined) terminal.print(fillSlots(bootError, { path }));
  else if (check.kind === 'missing') terminal.print(`boot: cannot open "${path}"\n`);
  else if (check.kind === 'foreign') terminal.print(`loadprog: error - on file open\nboot: cannot load "${path}"\n`);
  else terminal.print(`Error : compressed image: ${check.reason}\nboot: cannot load "${path}"\n`);
}

/** Faults of all images at once: the loader stays, whatever is in flash. */
function findsNoImage(context: ScriptContext): boolean {
  const { machine } = context;
  const path = `${machine.spec.flash.name}:${machine.memory.image.fileName || machine.spec.factoryImage.fileName}`;
  if (machine.faults.strikes('missing-image→rommon')) {
    tellBootError(context, path, { kind: 'missing', reason: 'no such file' });
    return true;
  }
  if (!machine.faults.strikes('image-corrupt→rommon')) return false;
  tellBootError(context, path, { kind: 'damaged', reason: 'checksum is incorrect' });
  return true;
}

/** Somebody pressed a key that stops the boot while the loader counted down. */
export function wasStopped({ spec, memory, faults }: Machine): boolean {
  const typed = memory.typedAtLoader;
  if (typed === '') return false;
  return (
    (spec.breakKeys !== undefined && new RegExp(spec.breakKeys).test(typed)) ||
    faults.strikes('key-during-countdown-strands')
  );
}

async function choose(context: ScriptContext): Promise<RunningImage | undefined> {
  const { machine } = context;
  const { faults, memory } = machine;
  if (machine.nvram.bootField === STAY_AT_LOADER || faults.strikes('manual-boot-needed')) return undefined;
  if (memory.image.fileName !== '' && faults.strikes('boots-old-image')) return memory.image;
  if (findsNoImage(context)) return undefined;
  const { variables, startup } = machine.nvram;
  const ofLoader = variables['BOOT'] === undefined ? [] : [variables['BOOT']];
  for (const target of [...ofLoader, ...startup.bootTargets]) {
    const file = fileOfTarget(machine, target);
    const image = file === undefined ? undefined : await tryImage(context, file);
    if (image !== undefined) return image;
  }
  const first = machine.flash.list()[0];
  if (first !== undefined) return tryImage(context, first.name);
  if (machine.spec.slots['atLoader'] !== undefined) return undefined;
  context.terminal.print(`boot: cannot determine first executable file name on device "${machine.spec.flash.name}:"\n`);
  return undefined;
}

/** Boot lines in order, then the first file in flash; else the loader's prompt. */
const selectImage: Operation = async (context) => {
  const { machine } = context;
  if (wasStopped(machine)) return stayAtLoader(context, 'a key was pressed');
  const former = machine.memory.image.fileName;
  const image = await choose(context);
  if (image === undefined) return stayAtLoader(context, 'no image could be loaded');
  machine.memory.image = image;
  if (former !== '' && former !== image.fileName && machine.faults.strikes('previous-missing'))
    machine.flash.delete(former);
  return 'next';
};

export function stayAtLoader(context: ScriptContext, reason: string): Flow {
  context.machine.journal.write('loader', { reason });
  context.terminal.print(context.machine.spec.slots['atLoader'] ?? '');
  context.machine.memory.loaderLine = 1;
  context.machine.memory.flashReady = false;
  context.state = 'loader';
  return 'stop';
}

/** `flash_init`: looks the file system through, and only then knows its files. */
const flashInit: Operation = ({ machine }) => {
  machine.memory.flashReady = true;
  return 'next';
};

/** `set NAME value` and `unset NAME`: names are upper case, values stay over a power cycle. */
const setVariable: Operation = ({ machine, slots }) => {
  const { name = '', value } = slots;
  const others = Object.entries(machine.nvram.variables).filter(([known]) => known !== name);
  machine.nvram.variables = Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
  machine.nvram.save();
  machine.journal.write('nvramWrite', { variable: name, value: value ?? '' });
  return 'next';
};

const showVariables: Operation = ({ machine, terminal }) => {
  for (const [name, value] of Object.entries(machine.nvram.variables)) terminal.print(`${name}=${value}\n`);
  return 'next';
};

/** `boot flash:x` at the loader: goes on with the start of that image, or stays. */
const bootByHand: Operation = async (context) => {
  const { machine } = context;
  const file = fileOfTarget(machine, context.slots['target'] ?? '') ?? machine.flash.list()[0]?.name ?? '';
  const image = await tryImage(context, file);
  if (image === undefined) return 'stop';
  machine.memory.image = image;
  return { restart: 'manual' };
};

const imageSize: Operation = ({ machine, slots }) => {
  const file = machine.flash.list().find((entry) => entry.name === machine.memory.image.fileName);
  slots['imageSizeHex'] = `0x${(file?.sizeBytes ?? 0).toString(16)}`;
  return 'next';
};

/** The image is unpacked and runs: RAM is new, the stored configuration is read. */
const startImage: Operation = ({ machine, terminal }) => {
  const { memory, faults, spec } = machine;
  machine.clock.restart();
  memory.running = startingConfiguration(machine);
  memory.modified = false;
  configuredSpeed(machine);
  terminal.pageLines = 24;
  if (faults.strikes('interface-lost')) memory.interfacesLost += 1;
  if (faults.strikes('serial-changed')) memory.serialNumber = spec.serialNumberAfterSwap;
  machine.journal.write('booted', { file: memory.image.fileName, version: memory.image.version });
  return 'next';
};

/** The stored configuration, unless the device does not find it. */
export function startingConfiguration({ nvram, spec, faults, memory }: Machine): Configuration {
  memory.factoryConfig = faults.strikes('hostname-default-after-boot');
  if (!memory.factoryConfig) return nvram.startup.copy();
  const fresh = new Configuration(spec.configuration);
  fresh.set(`hostname ${spec.slots['defaultHostname'] ?? 'Router'}`);
  return fresh;
}

/** Stands still for good where the fault says so; only the power helps. */
const hangPoint: Operation = async ({ machine, signal, terminal }) => {
  if (machine.faults.strikes('two-stage-boot')) {
    terminal.print('\nUpgrading the boot loader. The system will restart by itself.\n');
    return { restart: 'second stage' };
  }
  if (!machine.faults.strikes('hang-after-decompress')) return 'next';
  return new Promise<Flow>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
};

const crashPoint: Operation = ({ machine, terminal }) => {
  if (!machine.faults.strikes('boot-loop')) return 'next';
  terminal.print(
    '\n%Software-forced reload\n\n *** System received a Software forced crash ***\nsignal= 0x17, code= 0x24\n',
  );
  return { restart: 'crash' };
};

/** The confirmed reload, unless the fault swallows it. */
const reload: Operation = ({ machine }) => {
  return machine.faults.strikes('no-reload') ? 'stop' : { restart: 'reload' };
};

export const bootOperations: Readonly<Record<string, Operation>> = {
  selectImage,
  bootByHand,
  flashInit,
  setVariable,
  showVariables,
  imageSize,
  startImage,
  hangPoint,
  crashPoint,
  reload,
};
