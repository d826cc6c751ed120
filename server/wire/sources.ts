/** Sources of events beside the consoles, and the queue that they share. */
import { Intake } from '../../connectors/sources/intake.js';
import { TrapSource } from '../../connectors/sources/snmp-traps.js';
import { SyslogSource } from '../../connectors/sources/syslog-source.js';
import type { Alarms } from '../alarms.js';
import type { Pipeline } from '../pipeline.js';
import type { PortFinder } from '../port-finder.js';
import type { Site } from '../site/site.js';
import type { Foundation } from './foundation.js';

/** The queue before the history for sources that anybody may flood; what it drops is an alarm of the node. */
export function intakeOf(
  node: string,
  { clock, log }: Foundation,
  { alarms, pipeline }: { alarms: Alarms; pipeline: Pipeline },
): Intake {
  return new Intake({
    clock,
    accept: (event) => pipeline.acceptDecided(event),
    onDropped: (dropped) => {
      const told = Object.entries(dropped).map(([source, count]) => `${String(count)} from ${source}`);
      log.warn('events dropped', { dropped: told.join(', ') });
      alarms.raise({ node }, 'eventsDropped', `Events were dropped: ${told.join(', ')}`).catch((error: unknown) => {
        log.error('alarm lost', { kind: 'eventsDropped', reason: String(error) });
      });
    },
    onFailed: (event, error) => {
      log.error('event lost', { event: event.id, type: event.type, reason: String(error) });
    },
  });
}

export function syslogSources(
  { node, syslog }: Site,
  { clock, random, log, secrets }: Foundation,
  { intake, finder }: { intake: Intake; finder: PortFinder },
): readonly SyslogSource[] {
  if (syslog === undefined) return [];
  const { udp, tcp, tls } = syslog;
  const source = new SyslogSource({
    ...{ node, intake, clock, random, log },
    mask: (text) => secrets.mask(text),
    findPort: (address, host) => finder.find(address, host),
    ...(udp === undefined ? {} : { udp }),
    ...(tcp === undefined ? {} : { tcp }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            listen: tls.listen,
            keys: () => ({
              ...secrets.keyPair('syslog.tls', tls),
              ...(tls.clientCa === undefined ? {} : { clientCa: secrets.text('syslog.tls.clientCa', tls.clientCa) }),
            }),
          },
        }),
  });
  return [source];
}

export function trapSources(
  { node, snmp }: Site,
  { clock, log, secrets }: Foundation,
  { intake, finder }: { intake: Intake; finder: PortFinder },
): readonly TrapSource[] {
  if (snmp === undefined) return [];
  const { traps, communities, users, mibs } = snmp;
  const source = new TrapSource({
    ...{ node, intake, clock, log, mibs, listen: traps },
    mask: (text) => secrets.mask(text),
    findPort: (address, host) => finder.find(address, host),
    keys: () => ({
      communities: communities.map((reference) => secrets.value('snmp.communities', reference)),
      users: users.map((user) => ({
        ...user,
        authKey: secrets.value(`snmp.users ${user.name}`, user.authKey),
        privKey: secrets.value(`snmp.users ${user.name}`, user.privKey),
      })),
    }),
  });
  return [source];
}
