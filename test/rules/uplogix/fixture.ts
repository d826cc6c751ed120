/** Rule text of the shapes of Uplogix's public documentation, written for these tests. */
import { Catalog } from '../../../actions/index.js';
import { importUplogix } from '../../../rules/index.js';
import type { Imported } from '../../../rules/index.js';

export function imported(text: string): Imported {
  return importUplogix(text, new Catalog());
}

/** A rule of these conditions that raises an alarm. */
export function ruleText(...conditions: readonly string[]): string {
  return ['config rule r', 'action alarm GENERIC -a "it happened"', 'conditions', ...conditions, 'exit', 'exit'].join(
    '\n',
  );
}

/** Its lines begin here. */
export const FIRST_CONDITION = 4;

export function codes({ remarks }: Imported): readonly string[] {
  return remarks.map(({ line, code }) => `${String(line)} ${code}`);
}

export const KERNEL_PANIC = `
config rule no panicSeen
config rule panicSeen
  description "the kernel gave up"
  action alarm GENERIC -a "Kernel panic on the console"
  action powerCycle
  conditions
    consoleLog.message matches "Kernel panic - not syncing"
  exit
exit
config monitors consoleLog panicSeen
`;

export const FAILOVER = `
config rule no 1askState
config rule 1askState
conditions
true
exit
action clearValue monitor STATE
action execute -command "show failover | include This host" -pattern "This host: \\w+ - (\\w+)" -setValue monitor STATE $1
exit
config rule no 2tookOver
config rule 2tookOver
conditions
compare-value monitor STATE = Active AND
NOT has-value monitor TOLD
exit
action event GENERIC4 -a "this unit is active"
action setValue monitor TOLD = 1
exit
config ruleset no failover
config ruleset failover
rules
1askState | 2tookOver
exit
exit
config monitors chassis failover :60
`;

export const SWITCHING = `
[admin@lm (port1/1)]# config rule wanDown
[config rule wanDown]# action setValue system wan down
[config rule wanDown]# conditions
[config rule wanDown conditions]# ping.roundTripTime equals 0
[config rule wanDown conditions]# exit
[config rule wanDown]# exit
Rule wanDown was saved
[admin@lm (port1/1)]# config monitors ping 192.0.2.1 wanDown :30
Validating the job
`;

export const CARRIER = `
# Cellular

Paste this:

\`\`\`
conf rule carrierLost
description
action alarm MODEM_LINE_DISCONNECTED
conditions
modem.response matches "NO CARRIER"
exit
exit
\`\`\`
`;
