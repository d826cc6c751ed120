/** What the monitors read. Nothing here changes a device: questions are answered as if nothing were allowed. */
import { fail } from '../../core/errors/index.js';
import { toldFacts } from '../../core/facts.js';
import type { Poll, PollContext, Readings } from '../../core/monitor.js';
import { Pattern } from '../../core/pattern.js';
import { valueOfText } from '../../core/value-text.js';
import { assertName, readInterface } from '../interface/read-interface.js';
import { atPrompt, readDevice } from '../read-device.js';
import { typed } from '../typed-command.js';

/** Longest silence of a device that thinks about a command, ms. */
const SILENCE_MS = 30_000;

/** Errors: as Dialog.login and Dialog.run; MONITOR_NO_VALUE, MONITOR_NO_ADDRESS, PING_FAILED, INTERFACE_NOT_KNOWN, INTERFACE_NAME, INTERFACE_NOT_READ, DEVICE_FACTS_MISSING. */
export async function readPoll(context: PollContext, poll: Poll): Promise<Readings> {
  switch (poll.kind) {
    case 'facts': {
      const dialog = await atPrompt(context, context.driver);
      return toldFacts(await readDevice(context, context.driver, dialog));
    }
    case 'command':
      return readCommand(context, poll);
    case 'interface':
      return readLink(context, poll.name);
    case 'ping':
      return readPing(context, poll);
  }
}

async function readCommand(
  context: PollContext,
  { send, patterns }: Extract<Poll, { kind: 'command' }>,
): Promise<Readings> {
  const dialog = await atPrompt(context, context.driver);
  const { output } = await dialog.run({ send: typed('monitor', send), silenceMs: SILENCE_MS }, {}, ['safe']);
  const found = patterns.flatMap((pattern) => Object.entries(new Pattern(pattern).capture(output) ?? {}));
  if (found.length === 0) throw fail('MONITOR_NO_VALUE', { port: context.port.id, command: send });
  return Object.fromEntries(found.map(([name, text]) => [name, valueOfText(text)]));
}

async function readLink(context: PollContext, name: string): Promise<Readings> {
  assertName(context, name);
  const dialog = await atPrompt(context, context.driver);
  const { fullName, state, link } = await readInterface(context, dialog, name);
  return { interface: fullName, admin: state, link };
}

async function readPing(
  { port, pinger, signal }: PollContext,
  { host = port.management?.address, count }: Extract<Poll, { kind: 'ping' }>,
): Promise<Readings> {
  if (host === undefined) throw fail('MONITOR_NO_ADDRESS', { port: port.id });
  const { sent, received, rttMs } = await pinger.ping(host, { count, signal });
  const lossPercent = sent === 0 ? 100 : Math.round((100 * (sent - received)) / sent);
  return { sent, received, lossPercent, roundTripTime: rttMs ?? 0, ...(rttMs === undefined ? {} : { rttMs }) };
}
