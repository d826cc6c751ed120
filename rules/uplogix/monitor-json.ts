/** Monitors of a port, and the ports that rules are about by the monitors that name them. */
import type { JsonObject } from '../../core/json.js';
import { sourceOf } from './condition-json.js';
import type { MonitorText, RulesetText, Stages, Tell, UplogixText } from './syntax.js';

/** The shortest interval of `monitors/*.json`, seconds. */
const LEAST_EVERY = 10;

/** In the form of `monitors/*.json`: pings of ports that a prompt names. What needs a hand is told. */
export function monitorsJson({ monitors }: UplogixText, tell: Tell): readonly JsonObject[] {
  return monitors.flatMap((monitor) => {
    const { line, object, instance, port, stages } = monitor;
    if (stages.length > 1)
      tell(line, 'unexpressed', 'order', 'its rules listen by themselves: none keeps a later one from being judged');
    const source = sourceOf(object);
    const every = `every ${String(monitor.everySeconds)}s`;
    if (source.monitor !== undefined) tell(line, 'needs', 'monitor', `a command monitor named ${object}, ${every}`);
    if (object !== 'ping' || instance === undefined) return [];
    if (port === undefined) {
      tell(line, 'needs', 'monitor', `a ping monitor of ${instance}, ${every}: no prompt names the port`);
      return [];
    }
    return [pingMonitor(monitor, instance, port, tell)];
  });
}

function pingMonitor({ line, everySeconds }: MonitorText, host: string, port: string, tell: Tell): JsonObject {
  const seconds = Math.max(everySeconds, LEAST_EVERY);
  if (seconds !== everySeconds)
    tell(line, 'unexpressed', 'delay', `reads every ${String(seconds)}s, the shortest here`);
  const name = `ping-${port}-${host}`.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 64);
  return { name, every: `${String(seconds)}s`, ports: { name: port }, ping: { host, count: 1 } };
}

/** By names of rules: the one port whose monitors name it. Rules that several ports share, or unknown ones, are told. */
export function portsOfRules({ rules, rulesets, monitors }: UplogixText, tell: Tell): ReadonlyMap<string, string> {
  const sets = new Map(rulesets.map((set) => [set.name, set]));
  const naming = new Map<string, Set<string | undefined>>();
  for (const { stages, port } of monitors) {
    for (const name of reached(stages, sets)) naming.set(name, (naming.get(name) ?? new Set()).add(port));
  }
  const ports = new Map<string, string>();
  for (const { name, line } of rules) {
    const found = naming.get(name);
    if (found === undefined) continue;
    const [port, ...others] = found;
    if (port !== undefined && others.length === 0) ports.set(name, port);
    else {
      const told = [port, ...others].map((at) => at ?? 'one that no prompt names').join(', ');
      tell(line, 'needs', 'ports', `${name} listens on every port; monitors name it on these: ${told}`);
    }
  }
  return ports;
}

/** Every name in a list and in the rulesets that it names. */
function reached(stages: Stages, sets: ReadonlyMap<string, RulesetText>): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting = [...stages.flat()];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    waiting.push(...(sets.get(name)?.stages.flat() ?? []));
  }
  return names;
}
