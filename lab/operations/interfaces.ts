/** Interfaces: shown as the running configuration has them, switched, their counters cleared. */
import type { Flow, Machine, Operation, Predicate, ScriptContext } from '../machine.js';
import { pageFiltered } from '../script.js';

/** Words that IOS takes for the beginning of a name, and what the name is. */
const IOS_NAMES = ['FastEthernet', 'GigabitEthernet', 'Ethernet', 'Serial', 'Vlan'];
/** Clearing is told to the second, and the device's clock may run fast. */
const CLEARED = '00:00:00';

/** The head under which an interface stands in the configuration; undefined: there is no such interface. */
function headOf({ memory }: Machine, name: string): string | undefined {
  const [, word = '', number = ''] = /^([A-Za-z-]+) ?(\d.*)$/.exec(name) ?? [];
  const full = IOS_NAMES.find((known) => word !== '' && known.toLowerCase().startsWith(word.toLowerCase()));
  const head = `interface ${full ?? ''}${number}`;
  return memory.running.has(head) ? head : undefined;
}

function iosInterface(context: ScriptContext, head: string): readonly string[] {
  const { machine } = context;
  const name = head.slice('interface '.length);
  const body = machine.memory.running.bodyOf(head);
  const isOff = body.includes('shutdown');
  const [, address, mask] =
    /^ip address (\S+) (\S+)/.exec(body.find((line) => line.startsWith('ip address ')) ?? '') ?? [];
  const bits = (mask ?? '')
    .split('.')
    .reduce((sum, part) => sum + Number(part).toString(2).replaceAll('0', '').length, 0);
  const cleared = machine.memory.countersCleared.includes(head) ? CLEARED : 'never';
  return [
    isOff ? `${name} is administratively down, line protocol is down ` : `${name} is up, line protocol is up `,
    '  Hardware is Ethernet, address is 001b.54aa.1001 (bia 001b.54aa.1001)',
    ...(address === undefined ? [] : [`  Internet address is ${address}/${String(bits)}`]),
    '  MTU 1500 bytes, BW 100000 Kbit/sec, DLY 100 usec, ',
    '  Last input 00:00:01, output 00:00:00, output hang never',
    `  Last clearing of "show interface" counters ${cleared}`,
  ];
}

const meant = ({ machine, slots }: ScriptContext): readonly string[] => {
  const one = slots['interface'] ?? '';
  const all = machine.memory.running.lines().filter((line) => line.startsWith('interface '));
  return one === '' ? all : all.filter((head) => head === headOf(machine, one));
};

const showInterface: Operation = async (context): Promise<Flow> => {
  await pageFiltered(
    meant(context).flatMap((head) => iosInterface(context, head)),
    context,
  );
  return 'next';
};

const clearInterface: Operation = (context) => {
  const { memory } = context.machine;
  memory.countersCleared = [...new Set([...memory.countersCleared, ...meant(context)])];
  return 'next';
};

/** EXOS keeps `disable port N`; no such line, and the port is enabled. */
const switchPort: Operation = ({ machine, slots }) => {
  const { running } = machine.memory;
  const line = `disable port ${slots['port'] ?? ''}`;
  if (running.set(slots['to'] === 'disable' ? line : `no ${line}`)) machine.memory.modified = true;
  return 'next';
};

const portRow = ({ machine, slots }: ScriptContext): string | undefined =>
  machine.spec.texts['ports']?.find((line) => line.startsWith(`${slots['port'] ?? ''} `));

const showPort: Operation = async (context): Promise<Flow> => {
  const isOff = context.machine.memory.running.has(`disable port ${context.slots['port'] ?? ''}`);
  const row = (portRow(context) ?? '').replace(/ [ED] +[AR] /, isOff ? ' D     R ' : '$&');
  const [head = '', below = '', rule = ''] = context.machine.spec.texts['ports'] ?? [];
  await pageFiltered([head, below, rule, row, ''], context);
  return 'next';
};

const showPortCounters: Operation = async (context): Promise<Flow> => {
  const counts = context.machine.memory.countersCleared.includes(context.slots['port'] ?? '')
    ? [3, 210]
    : [91_442, 8_811_201];
  const columns = counts.map((count) => String(count).padStart(13)).join('');
  const head = 'Port      Link       Tx Pkt      Tx Byte';
  await pageFiltered(
    [head, '='.repeat(head.length), `${(context.slots['port'] ?? '').padEnd(10)}A   ${columns}`, ''],
    context,
  );
  return 'next';
};

const clearPort: Operation = ({ machine, slots }) => {
  machine.memory.countersCleared = [...machine.memory.countersCleared, slots['port'] ?? ''];
  return 'next';
};

export const interfaceOperations: Readonly<Record<string, Operation>> = {
  ...{ showInterface, clearInterface, switchPort, showPort, showPortCounters, clearPort },
};

export const interfacePredicates: Readonly<Record<string, Predicate>> = {
  interfaceExists: (context) => meant(context).length > 0,
  portExists: (context) => portRow(context) !== undefined,
};
