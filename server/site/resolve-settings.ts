/** Settings of one port: site, then each group that matches (in order), then the port; the later word wins. */
import type { PortSubject } from '../../core/port-filter.js';
import { matchesPort } from '../../core/port-filter.js';
import { DEFAULT_PUSH_SETTINGS } from '../../core/settings.js';
import type { PushSettings } from '../../core/settings.js';
import type { PortwrightFile } from './schemas.js';
import { readSettings } from './settings-schema.js';
import type { SettingsFile } from './settings-schema.js';
import type { SettingOrigins } from './site.js';

/** One place where settings are written: `portwright.json /groups/0/settings`. */
export interface SettingsLayer {
  readonly origin: string;
  readonly written: SettingsFile | undefined;
}

export interface ResolvedSettings {
  readonly settings: PushSettings;
  readonly origins: SettingOrigins;
}

/** Layers from the weakest to the strongest, on top of the defaults. */
export function resolveSettings(layers: readonly SettingsLayer[]): ResolvedSettings {
  let settings: PushSettings = DEFAULT_PUSH_SETTINGS;
  const origins: Partial<Record<string, string>> = {};
  for (const key of Object.keys(DEFAULT_PUSH_SETTINGS)) origins[key] = 'default';
  for (const { origin, written } of layers) {
    const given = readSettings(written ?? {});
    settings = { ...settings, ...given };
    for (const key of Object.keys(given)) origins[key] = origin;
  }
  return { settings, origins };
}

/** The layers of one port. `own` is the port's entry with its place, as `ports.json /0`. */
export function layersOf(
  main: PortwrightFile,
  subject: PortSubject,
  own: { readonly place: string; readonly written: SettingsFile | undefined },
): readonly SettingsLayer[] {
  const groups = (main.groups ?? []).flatMap(({ match, settings }, i) =>
    matchesPort(match, subject) ? [{ origin: `portwright.json /groups/${String(i)}/settings`, written: settings }] : [],
  );
  return [
    { origin: 'portwright.json /settings', written: main.settings },
    ...groups,
    { origin: `${own.place}/settings`, written: own.written },
  ];
}
