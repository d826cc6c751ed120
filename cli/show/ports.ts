/** `show ports`, `show info PORT`, `show settings PORT`, `show directory PORT` */
import type { Command } from 'commander';
import type { ConfigAnswer, ImageAnswer, PortAnswer, PortDetail, ReadingAnswer } from '../api-answers.js';
import { segment } from '../cli.js';
import type { Cli } from '../cli.js';
import { directoryText } from './directory.js';
import { json, lines, pairs, table, time } from '../text.js';

const PORT = 'a port: its id, or its name where that is unambiguous';

export function addShowPorts(show: Command, cli: Cli): void {
  const { io } = cli;
  show
    .command('ports')
    .description('all ports')
    .option('--json', 'one JSON document')
    .action(async (options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ ports: PortAnswer[] }>('/ports');
      io.out(options.json === true ? json(answer) : portsText(answer.ports));
    });
  show
    .command('info')
    .description('one port: its device as last read, its console, its state')
    .argument('<PORT>', PORT)
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { json?: true }) => {
      const answer = await (await cli.client()).get<PortDetail>(`/ports/${segment(port)}`);
      io.out(options.json === true ? json(answer) : infoText(answer));
    });
  show
    .command('status')
    .description("what the port's monitors last found")
    .argument('<PORT>', PORT)
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { json?: true }) => {
      const answer = await (await cli.client()).get<{ readings: ReadingAnswer[] }>(`/ports/${segment(port)}/status`);
      io.out(options.json === true ? json(answer) : statusText(answer.readings));
    });
  show
    .command('settings')
    .description('the settings of one port, and where each is written')
    .argument('<PORT>', PORT)
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { json?: true }) => {
      const { id, settings, settingOrigins } = await (await cli.client()).get<PortDetail>(`/ports/${segment(port)}`);
      const rows = Object.entries(settings).map(([key, value]) => [key, JSON.stringify(value), settingOrigins[key]]);
      io.out(
        options.json === true ? json({ id, settings, settingOrigins }) : table(['SETTING', 'VALUE', 'FROM'], rows),
      );
    });
  show
    .command('directory')
    .description("what is in a port's store: OS files, configurations")
    .argument('<PORT>', PORT)
    .option('-v, --verbose', 'with their hashes')
    .option('--json', 'one JSON document')
    .action(async (port: string, options: { verbose?: true; json?: true }) => {
      const client = await cli.client();
      const path = `/ports/${segment(port)}`;
      const answer = await client.get<{ files: ImageAnswer[] }>(`${path}/directory`);
      const { configs } = await client.get<{ configs: ConfigAnswer[] }>(`${path}/configs`);
      io.out(
        options.json === true
          ? json({ ...answer, configs })
          : directoryText(answer.files, configs, options.verbose === true),
      );
    });
}

function statusText(readings: readonly ReadingAnswer[]): string {
  if (readings.length === 0) return lines('No monitor has read this port yet.');
  const rows = readings.flatMap(({ monitor, at, values, failures, code = '' }) => [
    ...Object.entries(values).map(([name, value], i) => [
      ...(i === 0 ? [monitor, time(at)] : ['', '']),
      name,
      String(value),
    ]),
    ...(failures === 0 ? [] : [[monitor, time(at), 'failed', `${String(failures)} times in a row: ${code}`]]),
  ]);
  return table(['MONITOR', 'AT', 'VALUE', ''], rows);
}

function portsText(ports: readonly PortAnswer[]): string {
  if (ports.length === 0) return lines('The site has no ports.');
  return table(
    ['PORT', 'ID', 'DRIVER', 'MODEL', 'OS VERSION', 'CONSOLE', 'STATE'],
    ports.map((port) => [
      port.name,
      port.id,
      port.driver,
      fact(port, 'model'),
      fact(port, 'osVersion'),
      consoleText(port),
      stateText(port),
    ]),
  );
}

function infoText(port: PortDetail): string {
  return pairs([
    ['Port', `${port.name} (${port.id})`],
    ['Description', port.description],
    ['Driver', port.driver],
    ['Console', consoleText(port)],
    ['Management address', port.management?.address],
    ['Credentials', port.credentials],
    ['Server address', port.serverAddress],
    ['Labels', labelText(port.labels)],
    ['State', stateText(port)],
    ['Hostname', fact(port, 'hostname')],
    ['Serial number', fact(port, 'serialNumber')],
    ['Make', fact(port, 'make')],
    ['Model', fact(port, 'model')],
    ['OS type', fact(port, 'osType')],
    ['OS version', fact(port, 'osVersion')],
    ['Boot image', fact(port, 'bootImage')],
    ['Running slot', fact(port, 'activeSlot')],
    ['Uptime', fact(port, 'uptimeText')],
    ['Interfaces', fact(port, 'interfaceCount')],
    ['Free bytes', fact(port, 'freeBytes')],
    ['Read', time(port.factsReadAt) ?? 'the device was not read yet'],
  ]);
}

function fact({ facts }: PortAnswer, name: string): string | undefined {
  const value = facts?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function consoleText({ console }: PortAnswer): string {
  if (console === undefined) return 'none';
  return `${console.target} ${console.open ? (console.mode ?? 'open') : 'closed'}`;
}

function stateText({ hold, job }: PortAnswer): string {
  const held = hold === undefined ? [] : [`held${hold.until === undefined ? '' : ` until ${time(hold.until) ?? ''}`}`];
  const busy = job === undefined ? [] : [`${job.action} ${job.state} at ${job.step} (job ${job.id})`];
  return [...held, ...busy].join(', ') || 'idle';
}

function labelText(labels: Readonly<Record<string, string>>): string | undefined {
  const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return given.length === 0 ? undefined : given.join(' ');
}
