/** A port as the API shows it: what the site says, what the device last told, and what goes on there now. */
import { Type } from '@sinclair/typebox';
import type { Static } from '@sinclair/typebox';
import { durationText } from '../../core/duration.js';
import { toRfc3339 } from '../../core/event.js';
import type { FactsRecord } from '../../core/facts.js';
import type { JobRecord } from '../../core/job.js';
import type { ManagedPort } from '../../core/managed-port.js';
import type { PushSettings } from '../../core/settings.js';
import type { Services } from '../services.js';
import { Json, Time, timeKey } from './common-schemas.js';
import { HoldSchema, holdView } from './hold-view.js';

const Console = Type.Object({
  type: Type.String(),
  target: Type.String(),
  open: Type.Boolean(),
  mode: Type.Optional(Type.String()),
});

const SUMMARY = {
  id: Type.String(),
  name: Type.String(),
  node: Type.String(),
  driver: Type.String(),
  description: Type.Optional(Type.String()),
  labels: Type.Record(Type.String(), Type.String()),
  console: Type.Optional(Console),
  management: Type.Optional(Type.Object({ address: Type.String() })),
  facts: Type.Optional(Json),
  factsReadAt: Type.Optional(Time),
  job: Type.Optional(
    Type.Object({ id: Type.String(), action: Type.String(), state: Type.String(), step: Type.String() }),
  ),
  hold: Type.Optional(HoldSchema),
};

export const PortSummarySchema = Type.Object(SUMMARY);
export const PortSchema = Type.Object({
  ...SUMMARY,
  credentials: Type.Optional(Type.String({ description: 'The name of the secret.' })),
  serverAddress: Type.Optional(Type.String()),
  properties: Json,
  settings: Json,
  settingOrigins: Type.Record(Type.String(), Type.String()),
});

export type PortSummary = Static<typeof PortSummarySchema>;
export type PortView = Static<typeof PortSchema>;

/** `unfinished`: all jobs that have not ended, oldest first. */
export async function portSummary(
  port: ManagedPort,
  services: Services,
  unfinished: readonly JobRecord[],
): Promise<PortSummary> {
  const record = (await services.variables.get('facts', port.id)) as unknown as FactsRecord | undefined;
  const job = unfinished.find(({ portId, uses }) => portId === port.id && uses !== 'none');
  const hold = services.control
    .holds()
    .find(({ target }) => target.kind === 'all' || (target.kind === 'port' && target.portId === port.id));
  return {
    id: port.id,
    name: port.name,
    node: port.node,
    driver: port.driver,
    ...(port.description === undefined ? {} : { description: port.description }),
    labels: { ...port.labels },
    ...consoleKey(port, services),
    ...(port.management === undefined ? {} : { management: { ...port.management } }),
    ...(record === undefined ? {} : { facts: { ...record.facts }, ...timeKey('factsReadAt', record.readAtMs) }),
    ...(job === undefined ? {} : { job: { id: job.id, action: job.action, state: job.state, step: job.step } }),
    ...(hold === undefined ? {} : { hold: holdView(hold) }),
  };
}

export async function portView(port: ManagedPort, services: Services): Promise<PortView> {
  const origins = services.site().settingOrigins[port.id] ?? {};
  return {
    ...(await portSummary(port, services, await services.jobs.unfinished())),
    ...(port.credentials === undefined ? {} : { credentials: port.credentials }),
    ...(port.serverAddress === undefined ? {} : { serverAddress: port.serverAddress }),
    properties: { ...port.properties },
    settings: settingsView(port.settings),
    settingOrigins: Object.fromEntries(Object.entries(origins).map(([key, origin]) => [withoutMs(key), origin])),
  };
}

function consoleKey(port: ManagedPort, services: Services): Pick<PortSummary, 'console'> {
  const config = port.console;
  if (config === undefined) return {};
  const target = config.type === 'serial' ? config.path : `${config.host}:${String(config.port)}`;
  const live = services.console(port.id);
  const state = live === undefined ? { open: false } : { open: live.open, mode: live.mode };
  return { console: { type: config.type, target, ...state } };
}

/** In the words of the site files: durations as texts. */
function settingsView(settings: PushSettings): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      withoutMs(key),
      key.endsWith('Ms') && typeof value === 'number' ? durationText(value) : (value as unknown),
    ]),
  );
}

function withoutMs(key: string): string {
  return key.replace(/Ms$/, '');
}

/** One OS file of a port's store. */
export const ImageSchema = Type.Object({
  type: Type.Literal('os'),
  version: Type.String(),
  fileName: Type.String(),
  sizeBytes: Type.Integer(),
  sha256: Type.String(),
  md5: Type.String(),
  crc32: Type.String(),
  storedAt: Time,
  vendorHash: Type.Optional(Type.String({ description: "the vendor's hash that it was compared with: its algorithm" })),
});

export function imageView(image: Awaited<ReturnType<Services['images']['put']>>): Static<typeof ImageSchema> {
  const { version, fileName, sizeBytes, sha256, md5, crc32, storedAtMs, vendorHash } = image;
  return {
    ...{ type: 'os', version, fileName, sizeBytes, sha256, md5, crc32, storedAt: toRfc3339(storedAtMs) },
    ...(vendorHash === undefined ? {} : { vendorHash }),
  };
}
