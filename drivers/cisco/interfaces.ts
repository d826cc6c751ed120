/** Interfaces of Cisco IOS and IOS-XE. Source: Cisco IOS Interface Command Reference (`shutdown`, `clear counters`, `show interfaces`). */
import type { Exchange, QuestionRow } from '../../core/dialog-table.js';
import type { InterfaceProcedure } from '../../core/interface-procedure.js';
import { say } from './say.js';

const LEAVE = say('end', { until: ['exec'] });

const configured = (line: string): readonly Exchange[] => [
  say('configure terminal', { until: ['config'] }),
  say('interface {{interface:path}}', { until: ['config'] }),
  say(line, { until: ['config'] }),
  LEAVE,
];

const clearQuestion: QuestionRow = {
  id: 'clear-counters',
  pattern: 'Clear "show interface" counters on (?:this interface|all interfaces) ?\\[confirm\\] ?$',
  answer: 'y',
  key: true,
  intent: 'safe',
};

export const iosInterfaces: InterfaceProcedure = {
  // Gi1/0/1, FastEthernet0/1.100, Port-channel1, Serial0/0/0:23
  names: '^[A-Za-z][A-Za-z-]*\\d[\\d/.:]*$',
  on: configured('no shutdown'),
  off: configured('shutdown'),
  leave: [LEAVE],
  state: {
    exchange: say('show interfaces {{interface:path}}'),
    on: '^\\S+ is (?:up|down|reset|standby mode)(?: \\([^)]*\\))?, line protocol is ',
    off: '^\\S+ is administratively down, line protocol is ',
    linkUp: '^\\S+ is up(?: \\([^)]*\\))?, line protocol is up',
    fullName: '^(\\S+) is [^,\\n]*, line protocol is ',
  },
  counters: {
    clear: [say('clear counters[[ {{interface:path}}]]', { questions: [clearQuestion] })],
    read: say('show interfaces[[ {{interface:path}}]] | include Last clearing'),
    line: 'Last clearing of "show interface" counters .*',
    // A chassis of hundreds of interfaces takes minutes to clear and to show.
    proof: { kind: 'told', pattern: 'counters 00:0\\d:\\d\\d' },
  },
};
