/** Start and login of an ExtremeXOS switch. */
import type { Operation, Predicate } from '../machine.js';
import { startingConfiguration } from './boot.js';
import { partitionsOf } from './exos-show.js';

/** From the first prompt until logins work: one to two minutes on recorded machines (research: exos §4), device ms. */
const AAA_DELAY_MS = 60_000;
const AAA_DELAY_LONG_MS = 600_000;
const OTHER_VERSION = '16.2.9.9';

/** The selected partition becomes the booted one. */
const exosBoot: Operation = ({ machine }) => {
  const { memory, faults, spec, journal } = machine;
  const partitions = partitionsOf(machine);
  const former = partitions.master.booted;
  const stays = faults.strikes('boots-old-image');
  partitions.boot(stays);
  machine.clock.restart();
  // A new image that tells another version than its name.
  const renumbered = partitions.master.booted === former ? undefined : faults.take('version-differs');
  if (renumbered !== undefined)
    partitions.renumber(partitions.master.booted, String(renumbered.effect ?? OTHER_VERSION));
  if (partitions.master.booted !== former && faults.strikes('module-missing')) partitions.loseModules();
  memory.image = partitions.master.images[partitions.master.booted];
  memory.running = startingConfiguration(machine);
  memory.modified = false;
  if (faults.strikes('serial-changed')) memory.serialNumber = spec.serialNumberAfterSwap;
  journal.write('booted', { file: memory.image.fileName, version: memory.image.version });
  return 'next';
};

/** After a while the console says that logins work; until then they fail. */
const exosStartAaa: Operation = ({ machine, terminal, signal }) => {
  const { clock, faults, memory } = machine;
  memory.loginsWork = false;
  const delayMs = faults.strikes('aaa-pending') ? AAA_DELAY_LONG_MS : AAA_DELAY_MS;
  clock.sleep(delayMs, signal).then(
    () => {
      memory.loginsWork = true;
      terminal.log('\nAuthentication Service (AAA) on the master node is now available for login.');
    },
    () => undefined,
  );
  return 'next';
};

const exosLogin: Operation = ({ machine, slots, terminal }) => {
  const { username = 'admin', password = '' } = machine.login;
  const isRight = slots['typed'] === username && slots['password'] === password;
  if (isRight && !machine.faults.strikes('wrong-password')) return 'next';
  terminal.print('\nLogin incorrect\n');
  return 'stop';
};

const exosPaging: Operation = ({ machine, terminal }) => {
  if (!machine.faults.strikes('pager-on')) terminal.pageLines = 0;
  return 'next';
};

const exosSetName: Operation = ({ machine, slots }) => {
  const changed = machine.memory.running.set(`hostname ${slots['name'] ?? ''}`);
  machine.memory.modified ||= changed;
  return 'next';
};

export const exosBootOperations: Readonly<Record<string, Operation>> = {
  exosBoot,
  exosStartAaa,
  exosLogin,
  exosSetName,
  exosPaging,
};

export const exosBootPredicates: Readonly<Record<string, Predicate>> = {
  aaaReady: ({ machine }) => machine.memory.loginsWork,
};
