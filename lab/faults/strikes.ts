/** Faults that strike by themselves, when their point is reached; all others wait until the device does what they spoil. */
import { logLine } from '../log-line.js';
import type { Machine } from '../machine.js';
import { otherPartition } from '../partitions.js';
import type { Terminal } from '../terminal.js';
import type { FaultId } from './catalogue.js';
import type { Fault } from './fault.js';

/** The device as a strike finds it. */
export interface Struck {
  readonly machine: Machine;
  /** Of the session that reached the point; else the console. */
  readonly terminal: Terminal;
  /** `offMs`: wall-clock ms without power; undefined: for good. */
  readonly failPower: (offMs: number | undefined) => void;
  /** Who is connected to the console, or the session that reached the point, is cut off. */
  readonly hangUp: (what: 'console' | 'goesOn' | 'stops') => void;
  /** Another unit takes over: what runs is lost, and its console begins at the login. */
  readonly failOver: () => void;
}

type Strike = (struck: Struck, fault: Fault) => void;

const OTHER_BAUD_RATE = 38_400;
const failPower: Strike = ({ failPower: fails }, { offMs }) => fails(offMs);

function freeze({ machine, terminal }: Struck, { effect }: Fault): void {
  terminal.freeze(true);
  if (effect !== undefined) machine.clock.after(Number(effect), () => terminal.freeze(false));
}

function changeVersion({ machine }: Struck, { effect = '' }: Fault): void {
  const version = String(effect);
  machine.memory.image = { ...machine.memory.image, version };
  machine.partitions?.renumber(machine.partitions.master.booted, version);
}

function changeConfiguration({ machine }: Struck): void {
  machine.memory.running.set('ip host changed-by-somebody 192.0.2.99');
  machine.memory.modified = true;
}

function loseImage({ machine }: Struck): void {
  machine.flash.delete(machine.memory.image.fileName);
}

function selectOther({ machine: { partitions } }: Struck): void {
  partitions?.select(otherPartition(partitions.master.selected));
}

function mixStack({ machine: { partitions } }: Struck): void {
  if (partitions !== undefined)
    partitions.selectOf(partitions.slots.length - 1, otherPartition(partitions.master.selected));
}

const LOG_LINE = '<Info:vlan.msgs.portLinkStateUp> Slot-1: Port 1:7 link up at speed 1 Gbps and full-duplex';

export const STRIKES: Readonly<Partial<Record<FaultId, Strike>>> = {
  'power-fail': failPower,
  'power-fail-at-state-X': failPower,
  'frozen-console': freeze,
  'console-drops-mid-transfer': ({ hangUp }) => hangUp('console'),
  'idle-logout': ({ terminal }) => terminal.logOut(),
  'baud-mismatch-on-connect': ({ machine }, { effect }) => {
    machine.uart.baudRate = Number(effect ?? OTHER_BAUD_RATE);
  },
  'same-version': changeVersion,
  'config-modified': changeConfiguration,
  'boot-image-missing-now': loseImage,
  'selected-not-booted': selectOther,
  'mixed-stack': mixStack,
  'master-failover': ({ failOver }) => failOver(),
  'log-inside-dots': ({ machine, terminal }) => logLine(machine, terminal, LOG_LINE),
  'session-drop-install-goes-on': ({ hangUp }) => hangUp('goesOn'),
  'session-drop-install-stops': ({ hangUp }) => hangUp('stops'),
};
