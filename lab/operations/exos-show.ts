/**
 * What an ExtremeXOS switch tells: `show switch`, `show version`, `show version images`, `show slot`. Labels and columns
 * are those of recorded switches of 15.4 and 16.2 (research: exos §3).
 */
import type { Flow, Machine, Operation, ScriptContext } from '../machine.js';
import { PARTITION_NAMES, splitVersion } from '../partitions.js';
import type { Partitions, Slot } from '../partitions.js';
import { pageFiltered } from '../script.js';
import type { Slots } from '../slots.js';
import type { DeviceSpec } from '../spec.js';

/** Values of `show switch` stand from this column on; of a second slot of a stack, from the next. */
const VALUE_COLUMN = 18;
const SECOND_COLUMN = 47;
const DAY_MS = 86_400_000;

export function partitionsOf(machine: Machine): Partitions {
  if (machine.partitions === undefined) throw new Error(`${machine.name} has no partitions`);
  return machine.partitions;
}

/** `Wed Oct 22 10:49:56 2025` */
export function exosTime(date: Date): string {
  const [week = '', day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${week} ${month} ${day} ${time} ${year}`;
}

/** `1 days 13 hours 55 minutes 3 seconds` */
function uptime(ms: number): string {
  const rest = Math.floor((ms % DAY_MS) / 1000);
  const [hours, minutes, seconds] = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60];
  const days = Math.floor(ms / DAY_MS);
  const tail = `${String(hours)} hours ${String(minutes)} minutes ${String(seconds)} seconds `;
  return days === 0 ? tail : `${String(days)} days ${tail}`;
}

function row(label: string, ...values: readonly string[]): string {
  const [first = '', second] = values;
  const line = `${label.padEnd(VALUE_COLUMN)}${first}`;
  return second === undefined ? line : `${line.padEnd(SECOND_COLUMN)}${second}`;
}

/** Version lines of one partition: the patch stands on a line of its own. */
function versionRows(
  label: string,
  slots: readonly Slot[],
  name: (typeof PARTITION_NAMES)[number],
  hasPatch: boolean,
): string[] {
  const versions = slots.map((slot) => splitVersion(slot.images[name].version));
  const lines = [row(label, ...versions.map(({ base }) => base.padEnd(24)))];
  if (hasPatch && versions.some(({ patch }) => patch !== ''))
    lines.push(row('', ...versions.map(({ patch }) => patch)));
  return lines;
}

function switchLines(machine: Machine): string[] {
  const { spec, memory, clock } = machine;
  const partitions = partitionsOf(machine);
  // The switch tells of the master and the backup; the others are read with `show slot`.
  const slots = partitions.slots.slice(0, 2);
  const isStack = partitions.slots.length > 1;
  const nowMs = clock.now.getTime();
  const hasPatch = !machine.faults.strikes('patch-suffix-missing');
  const states = isStack ? ['MASTER', 'BACKUP (In Sync)'] : ['OPERATIONAL'];
  return [
    '',
    row('SysName:', memory.running.hostname),
    row('SysLocation:', ''),
    row('System MAC:', spec.slots['mac'] ?? ''),
    row('System Type:', `${spec.slots['model'] ?? ''}${isStack ? ' (Stack)' : ''}`),
    '',
    row('SysHealth check:', 'Enabled (Normal)'),
    row('Recovery Mode:', 'All'),
    row('System Watchdog:', 'Enabled'),
    '',
    row('Current Time:', exosTime(new Date(nowMs))),
    row('Boot Time:', exosTime(new Date(nowMs - clock.uptimeMs))),
    row('Boot Count:', String(partitions.bootCount)),
    row('Next Reboot:', 'None scheduled'),
    row('System UpTime:', uptime(clock.uptimeMs)),
    '',
    ...(isStack
      ? [row('Slot:', 'Slot-1 *', 'Slot-2'), row('', '------------------------', '------------------------')]
      : []),
    row('Current State:', ...slots.map((_slot, index) => (states[index] ?? '').padEnd(24))),
    '',
    row('Image Selected:', ...slots.map(({ selected }) => selected.padEnd(24))),
    row('Image Booted:', ...slots.map(({ booted }) => booted.padEnd(24))),
    ...versionRows('Primary ver:', slots, 'primary', hasPatch),
    ...versionRows('Secondary ver:', slots, 'secondary', hasPatch),
    '',
    row('Config Selected:', 'primary.cfg'.padEnd(53)),
    row('Config Booted:', (memory.factoryConfig ? 'Factory Default' : 'primary.cfg').padEnd(53)),
    '',
    row('primary.cfg', `Created by ${productOf(spec)} version ${splitVersion(bootedVersion(partitions)).base}`),
    row(
      '',
      `${String(memory.running.lines().join('\n').length)} bytes saved on ${exosTime(new Date(nowMs - clock.uptimeMs))}`,
    ),
  ];
}

function bootedVersion(partitions: Partitions, slot: Slot = partitions.master): string {
  return slot.images[slot.booted].version;
}

/** `v1623b5-patch1-31` is how a branch is called that the file name does not tell. */
function branchOf(version: string): string {
  const { base, patch } = splitVersion(version);
  const [major = '', minor = '', third = '', build = ''] = base.split('.');
  return `v${major}${minor}${third}b${build}${patch === '' ? '' : `-${patch}`}`;
}

/** `ExtremeXOS`, or `Switch Engine` from 31.7 on. */
function productOf({ slots }: DeviceSpec): string {
  return slots['product'] ?? 'ExtremeXOS';
}

function versionLines(machine: Machine): string[] {
  const { spec, memory } = machine;
  const partitions = partitionsOf(machine);
  const part = spec.slots['part'] ?? '';
  const isStack = partitions.slots.length > 1;
  const cards = partitions.slots.map((slot, index) => {
    const name = isStack ? `Slot-${String(index + 1)}` : 'Switch';
    const serial = index === 0 ? memory.serialNumber : `${spec.serialNumber.slice(0, -1)}${String(index)}`;
    const { base } = splitVersion(bootedVersion(partitions, slot));
    return `${name.padEnd(12)}: ${part} ${serial} Rev 5.0 BootROM: ${spec.slots['bootRom'] ?? ''}    IMG: ${base}  `;
  });
  const version = bootedVersion(partitions);
  return [
    ...cards,
    '',
    `Image   : ${productOf(spec)} version ${splitVersion(version).base} ${branchOf(version)} by release-manager`,
    '          on Thu Jun 19 09:10:12 EDT 2014',
    `BootROM : ${spec.slots['bootRom'] ?? ''}`,
    `Diagnostics : ${spec.slots['diagnostics'] ?? ''}`,
    '',
  ];
}

function imageLines(machine: Machine, { partition = '' }: Slots): string[] {
  const partitions = partitionsOf(machine);
  const wanted = PARTITION_NAMES.filter((name) => name.startsWith(partition));
  const isStack = partitions.slots.length > 1;
  return [
    'Card  Partition     Installation Date        Version     Name      Branch',
    '------------------------------------------------------------------------------',
    ...partitions.slots.flatMap((slot, index) =>
      wanted.flatMap((name) => {
        const { fileName, version, installed, modules } = slot.images[name];
        const card = isStack ? `Slot-${String(index + 1)}` : 'Switch';
        const { base } = splitVersion(version);
        const line = (file: string): string =>
          `${card} ${name.padEnd(9)} ${installed} ${base} ${file} ${branchOf(version)}`;
        return [line(fileName), ...modules.map(line)];
      }),
    ),
  ];
}

/** `slot-not-operational` is the last one's. */
function slotState(machine: Machine, index: number): string {
  const isLast = index === partitionsOf(machine).slots.length - 1;
  return isLast && machine.faults.strikes('slot-not-operational') ? 'Failed' : 'Operational';
}

function slotLines(machine: Machine): string[] {
  const { spec } = machine;
  const type = (spec.slots['model'] ?? '').padEnd(20);
  return [
    'Slots    Type                 Configured           State       Ports  Flags',
    '-------------------------------------------------------------------------------',
    ...partitionsOf(machine).slots.map(
      (_slot, index) =>
        `Slot-${String(index + 1)}   ${type} ${type} ${slotState(machine, index).padEnd(11)}   28     M`,
    ),
    '',
    'Flags : M - Backplane link to Master is Active',
    '',
  ];
}

function slotDetailLines(machine: Machine): string[] {
  return partitionsOf(machine).slots.flatMap((slot, index) => [
    `Slot-${String(index + 1)} information:`,
    `    State:               ${slotState(machine, index)}`,
    `    HW Module Type:      ${machine.spec.slots['model'] ?? ''}`,
    `    Image Selected:      ${slot.selected}`,
    `    Image Booted:        ${slot.booted}`,
    `    Primary ver:         ${slot.images.primary.version}`,
    `    Secondary ver:       ${slot.images.secondary.version}`,
    '',
  ]);
}

/** Releases where SSH is a module that can be missing say it so. */
function managementLines({ faults }: Machine): string[] {
  return [
    'CLI idle timeout                 : Enabled (20 minutes)',
    'CLI max number of login attempts : 3',
    'CLI max number of sessions       : 8',
    faults.strikes('ssh-gone')
      ? 'SSH access                       : ssh module not loaded.'
      : 'SSH access                       : Enabled (Key valid, tcp port 22 vr all)',
    'Telnet access                    : Enabled (tcp port 23 vr all)',
    '',
  ];
}

/** The form of `show configuration`: modules with a head, commands that would make it so again. */
function configurationLines({ memory }: Machine): string[] {
  return [
    '#',
    '# Module devmgr configuration.',
    '#',
    `configure snmp sysName "${memory.running.hostname}"`,
    '',
    '#',
    '# Module vlan configuration.',
    '#',
    'configure vlan default delete ports all',
    'create vlan "Default"',
    '',
  ];
}

function showing(lines: (machine: Machine, slots: Slots) => string[]): Operation {
  return async (context: ScriptContext): Promise<Flow> => {
    await pageFiltered(lines(context.machine, context.slots), context);
    return 'next';
  };
}

export const exosShowOperations: Readonly<Record<string, Operation>> = {
  exosShowSwitch: showing(switchLines),
  exosShowVersion: showing(versionLines),
  exosShowVersionImages: showing(imageLines),
  exosShowSlot: showing(slotLines),
  exosShowSlotDetail: showing(slotDetailLines),
  exosShowManagement: showing(managementLines),
  exosShowConfiguration: showing(configurationLines),
};
