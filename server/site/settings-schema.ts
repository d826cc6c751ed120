/** JSON Schema of `settings` (CONTRACT, "Settings"), the same at site, group and port. Durations are texts such as "300s". */
import { Type } from '@sinclair/typebox';
import type { Static, TSchema } from '@sinclair/typebox';
import { DURATION_PATTERN, parseDuration } from '../../core/duration.js';
import { BAUD_RATES } from '../../core/serial-line.js';
import type { PushSettings, TransferMethod } from '../../core/settings.js';

/** Every method that CONTRACT names; which of them a node and a driver have is asked elsewhere. */
export const METHODS: readonly TransferMethod[] = ['tftp', 'ftp', 'sftp', 'scp', 'http', 'https', 'xmodem', 'ymodem'];

/** A text of a fixed list; TypeBox's own union would make messages that name no member. */
export function oneOf<T extends string | number>(values: readonly T[], description?: string) {
  return Type.Unsafe<T>({ enum: [...values], ...(description === undefined ? {} : { description }) });
}

/** An object without unknown keys, but for a `$comment`: JSON has no other way to explain itself. */
export function closed<T extends Record<string, TSchema>>(
  properties: T,
  options: { readonly description?: string } = {},
) {
  return Type.Object(
    { $comment: Type.Optional(Type.Unsafe<unknown>({ description: 'Free text for people.' })), ...properties },
    { additionalProperties: false, ...options },
  );
}

export const Duration = Type.String({
  pattern: DURATION_PATTERN,
  description: 'a duration such as "90s", "10m", "4h"',
});

export const SettingsSchema = closed({
  osPushMethod: Type.Optional(oneOf(METHODS)),
  osPushAlternative: Type.Optional(oneOf(METHODS)),
  osPushRetries: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 20, description: 'attempts after the first failure, 0 to 20' }),
  ),
  attemptOrder: Type.Optional(oneOf(['alternate', 'exhaust'] as const)),
  xmodem1k: Type.Optional(Type.Boolean()),
  xmodemBaudRate: Type.Optional(oneOf(BAUD_RATES)),
  verifyOsUpgrade: Type.Optional(Type.Boolean()),
  useManualBoot: Type.Optional(Type.Boolean()),
  saveConfigBeforeReboot: Type.Optional(Type.Boolean()),
  continueWithoutPrevious: Type.Optional(Type.Boolean()),
  requireVendorHash: Type.Optional(Type.Boolean()),
  rebootTimeout: Type.Optional(Duration),
  rebootCap: Type.Optional(Duration),
  forceReboot: Type.Optional(Type.Boolean()),
  leaveOldOs: Type.Optional(Type.Boolean()),
  osPushFallBack: Type.Optional(Type.Boolean()),
});

export type SettingsFile = Static<typeof SettingsSchema>;

/** The settings of one place in the words of the house: durations in ms, nothing that was not written. */
export function readSettings(written: SettingsFile): Partial<PushSettings> {
  const { rebootTimeout, rebootCap, ...same } = withoutComment(written);
  return { ...same, ...durationOf('rebootTimeoutMs', rebootTimeout), ...durationOf('rebootCapMs', rebootCap) };
}

/** What is meant for the program. */
export function withoutComment<T extends object>(written: T): Omit<T, '$comment'> {
  return Object.fromEntries(Object.entries(written).filter(([key]) => key !== '$comment')) as Omit<T, '$comment'>;
}

function durationOf<K extends string>(key: K, text: string | undefined): Partial<Record<K, number>> {
  const ms = text === undefined ? undefined : parseDuration(text);
  return ms === undefined ? {} : ({ [key]: ms } as Partial<Record<K, number>>);
}
