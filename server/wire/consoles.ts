/** Consoles: the channel that the site names, watched, and as a source of events. */
import type { ByteChannel } from '../../connectors/sessions/byte-channel.js';
import { ConsoleLog } from '../../connectors/sessions/console-log.js';
import { LoggedInChannel } from '../../connectors/sessions/logged-in.js';
import { PortConsole } from '../../connectors/sessions/port-console.js';
import { SerialChannel } from '../../connectors/sessions/serial.js';
import { SshChannel } from '../../connectors/sessions/ssh.js';
import { TcpChannel } from '../../connectors/sessions/tcp.js';
import { TelnetChannel } from '../../connectors/sessions/telnet.js';
import { ConsoleSource } from '../../connectors/sources/console-lines.js';
import { makeEvent } from '../../core/event.js';
import type { Driver } from '../../core/driver.js';
import type { ConsoleConfig, ConsoleServer, ManagedPort } from '../../core/managed-port.js';
import type { JobRunner } from '../../jobs/runner.js';
import type { Alarms } from '../alarms.js';
import type { Pipeline } from '../pipeline.js';
import { WatchedConsole } from '../watched-console.js';
import type { Foundation } from './foundation.js';

/** A console with the source of its events. */
export function watchedConsole(
  port: ManagedPort,
  { dialog, loader }: Driver,
  base: Foundation,
  { alarms, pipeline, runner }: { alarms: Alarms; pipeline: Pipeline; runner: JobRunner },
): WatchedConsole {
  const { clock, random, secrets, log, stores } = base;
  const { transcripts } = stores;
  const mask = (text: string): string => secrets.mask(text);
  const channel = channelTo(port.console, base);
  const console = new PortConsole({
    ...{ portId: port.id, channel, clock, random, transcripts, mask, log },
    secretPatterns: dialog.secrets,
  });
  const source = new ConsoleSource({
    ...{ console, clock, random, mask },
    node: port.node,
    port: { name: port.name, id: port.id },
    table: dialog,
    ...(loader === undefined ? {} : { loader: loader.dialog }),
    emit: (input) => pipeline.take(makeEvent(input)),
  });
  return new WatchedConsole({
    ...{ port, console, source, alarms, log },
    spoke: () => runner.portSpoke(port.id),
    lineChanged: () => {
      runner.lineChanged(port.id);
    },
  });
}

/** The transcript of a job's time on a console. */
export function jobRecorder(jobId: string, { dialog }: Driver, { clock, secrets, stores }: Foundation): ConsoleLog {
  return new ConsoleLog({
    ...{ clock, transcripts: stores.transcripts },
    ref: { kind: 'transcript', jobId },
    mask: (text) => secrets.mask(text),
    secretPatterns: dialog.secrets,
  });
}

function channelTo(console: ConsoleConfig | undefined, base: Foundation): ByteChannel {
  const { clock, secrets, stores, agentSocket } = base;
  switch (console?.type) {
    case 'serial':
      return new SerialChannel(console);
    case 'tcp':
      return behindLogin(new TcpChannel(console), console, base);
    case 'telnet':
      return behindLogin(new TelnetChannel({ ...console, clock }), console, base);
    case 'ssh':
      return new SshChannel({
        ...{ ...console, clock, agentSocket, hostKeys: stores.hostKeys },
        credentials: () => secrets.credentials(console.credentials),
      });
    case undefined:
      throw new TypeError('a port without a console has no channel');
  }
}

/** The console server's own login, where the site names one. */
function behindLogin(
  channel: ByteChannel,
  { credentials: name }: ConsoleServer,
  { clock, secrets }: Pick<Foundation, 'clock' | 'secrets'>,
): ByteChannel {
  if (name === undefined) return channel;
  return new LoggedInChannel({ channel, clock, credentials: () => secrets.credentials(name) });
}
