/**
 * Install mode of IOS-XE: `install add|activate|commit`, with the timer that rolls back what nobody commits (research:
 * vendors §5.2). The provisioning file names the image that boots; the image itself stays in flash.
 */
import { readFileSync } from 'node:fs';
import { checkImage } from '../image.js';
import type { Flow, Machine, Operation, ScriptContext } from '../machine.js';
import { pageFiltered } from '../script.js';

export const PROVISIONING_FILE = 'packages.conf';
const FORMER_FILE = 'packages.conf.00-';
/** `PWPKG1|version|image file|state`; state `U` rolls back unless it is committed. */
const PROVISIONING = /^PWPKG1\|([^|\n]+)\|([^|\n]+)\|([CU])\n$/;
/** Time before an activated and uncommitted image is rolled back, device ms: 7200 s (vendors §5.2). */
const ROLLBACK_MS = 7_200_000;
/** The faults `install-auto-abort` and `autorollback`: after the device is up, and before anybody can commit, device ms. */
const EARLY_ROLLBACK_MS = 30_000;
const ADD_MS = 60_000;
const ACTIVATE_MS = 90_000;

export interface Provisioned {
  readonly version: string;
  readonly imageFile: string;
  /** Committed, or activated and waiting for its commit. */
  readonly state: 'C' | 'U';
}

/** What a provisioning file says; undefined where it is none. */
export function readProvisioned(machine: Machine, file: string): Provisioned | undefined {
  if (!machine.flash.has(file)) return undefined;
  const match = PROVISIONING.exec(readFileSync(machine.flash.path(file), 'latin1').slice(0, 200));
  if (match === null) return undefined;
  const [, version = '', imageFile = '', state] = match;
  return { version, imageFile, state: state === 'U' ? 'U' : 'C' };
}

function provision(machine: Machine, file: string, { version, imageFile, state }: Provisioned): void {
  machine.flash.write(file, Buffer.from(`PWPKG1|${version}|${imageFile}|${state}\n`, 'latin1'));
  machine.journal.write('nvramWrite', { provisioned: version, state });
}

/** What a factory-new device of install mode has. */
export function provisionFactory(machine: Machine): void {
  const { fileName, version } = machine.spec.factoryImage;
  provision(machine, PROVISIONING_FILE, { version, imageFile: fileName, state: 'C' });
}

/** Reasons of a refusal, in words of the lab's own. */
const PRECHECKS = [
  ['install-precheck-fails', 'the package does not suit this platform'],
  ['signature-fail', 'signature verification failed'],
  ['clock-1970', 'signature verification failed: certificate is not yet valid'],
] as const;

const installPrecheck: Operation = (context): Flow => {
  const { faults } = context.machine;
  for (const [id, reason] of PRECHECKS) {
    if (faults.strikes(id)) return refused(context, 'install_add', reason);
  }
  return 'next';
};

/** Checks and unpacks the file; it is inactive until it is activated. */
const installAdd: Operation = async (context): Promise<Flow> => {
  const { machine, slots, terminal, signal } = context;
  const file = slots['file'] ?? '';
  terminal.print('install_add: Adding IMG\n');
  const check = machine.flash.isName(file)
    ? await checkImage(machine.flash.path(file), machine.spec.vendor, machine.spec.family)
    : { kind: 'missing' as const, reason: 'no such file' };
  if (check.kind !== 'good') return refused(context, 'install_add', `${file}: ${check.reason}`);
  await machine.clock.sleep(ADD_MS, signal);
  machine.memory.added = { version: check.header.version, imageFile: file };
  terminal.print(`  [1] Finished Add package(s) on switch 1\nSUCCESS: install_add ${file}\n`);
  return 'next';
};

/** Makes what was added the one that boots next. */
const installActivate: Operation = async (context): Promise<Flow> => {
  const { machine, terminal, signal, slots } = context;
  const { added } = machine.memory;
  if (added === undefined) return refused(context, 'install_activate', 'no inactive package was added');
  terminal.print('install_activate: Activating IMG\n');
  await machine.clock.sleep(ACTIVATE_MS, signal);
  const running = readProvisioned(machine, PROVISIONING_FILE);
  if (running !== undefined) provision(machine, FORMER_FILE, { ...running, state: 'C' });
  provision(machine, PROVISIONING_FILE, { ...added, state: slots['commit'] === 'commit' ? 'C' : 'U' });
  machine.memory.added = undefined;
  terminal.print('  [1] Finished Activate on switch 1\n');
  return 'next';
};

const installCommit: Operation = (context) => {
  const { machine, terminal } = context;
  const running = readProvisioned(machine, PROVISIONING_FILE);
  if (running?.state !== 'U') return refused(context, 'install_commit', 'nothing is waiting for a commit');
  provision(machine, PROVISIONING_FILE, { ...running, state: 'C' });
  terminal.print('install_commit: Committing IMG\n  [1] Commit package(s) on switch 1\nSUCCESS: install_commit\n');
  return 'next';
};

/** Before the image starts: an uncommitted one gets its time; when it is over the former comes back by a reload. */
const installTimer: Operation = ({ machine, signal }) => {
  const isAborted = machine.faults.strikes('autorollback');
  if (readProvisioned(machine, PROVISIONING_FILE)?.state !== 'U' && !isAborted) return 'next';
  const isEarly = isAborted || machine.faults.strikes('install-auto-abort');
  machine.clock.sleep(isEarly ? EARLY_ROLLBACK_MS : ROLLBACK_MS, signal).then(
    () => rollBack(machine, isAborted),
    () => undefined,
  );
  return 'next';
};

/** `always`: even what was committed. */
function rollBack(machine: Machine, always: boolean): void {
  const former = readProvisioned(machine, FORMER_FILE);
  const isOpen = always || readProvisioned(machine, PROVISIONING_FILE)?.state === 'U';
  if (former === undefined || !isOpen) return;
  provision(machine, PROVISIONING_FILE, former);
  machine.journal.write('fault', { id: 'install-auto-abort' });
  machine.restart('install auto abort');
}

const installSummary: Operation = async (context: ScriptContext): Promise<Flow> => {
  const { machine } = context;
  const running = readProvisioned(machine, PROVISIONING_FILE);
  const { added } = machine.memory;
  const rule = '-'.repeat(80);
  const rows = [
    ...(running === undefined ? [] : [`IMG   ${running.state}    ${running.version}`]),
    ...(added === undefined || added.version === running?.version ? [] : [`IMG   I    ${added.version}`]),
  ];
  const timer = running?.state === 'U' ? 'active on install_activate, time before rollback - 01:59:00' : 'inactive';
  const head = [
    '[ Switch 1 ] Installed Package(s) Information:',
    'State (St): I - Inactive, U - Activated & Uncommitted,',
    '            C - Activated & Committed, D - Deactivated & Uncommitted',
    rule,
    'Type  St   Filename/Version',
    rule,
  ];
  await pageFiltered([...head, ...rows, '', rule, `Auto abort timer: ${timer}`, rule, ''], context);
  return 'next';
};

function refused({ terminal }: ScriptContext, operation: string, reason: string): Flow {
  terminal.print(`FAILED: ${operation} : ${reason}\n`);
  return 'stop';
}

export const installOperations: Readonly<Record<string, Operation>> = {
  installPrecheck,
  installAdd,
  installActivate,
  installCommit,
  installTimer,
  installSummary,
};
