/** What can go wrong with a device by name, and the verdict that each must have: facts of the device, never a guess. */
import { expect } from 'chai';
import type { FaultId } from '../../lab/faults/catalogue.js';
import { DEVICES } from './interruption.js';
import { LabWorld } from './lab-world.js';

type DeviceName = (typeof DEVICES)[number]['device'];

interface Outcome {
  readonly verdict: string;
  readonly code?: string;
  readonly attempts: number;
  readonly reloads: number;
  /** The image that it runs in the end. */
  readonly runs: 'old' | 'new';
}

const failed = (code: string, attempts = 1): Outcome => ({
  ...{ verdict: 'failed', code, attempts, reloads: 0, runs: 'old' },
});
const refused = (code: string): Outcome => failed(code, 0);
const succeeded = (attempts = 1): Outcome => ({ verdict: 'succeeded', attempts, reloads: 1, runs: 'new' });
const rolledBack: Outcome = {
  ...{ verdict: 'rolledBack', code: 'PUSH_OLD_VERSION', attempts: 1, reloads: 1, runs: 'old' },
};
const degraded = (code: string): Outcome => ({ verdict: 'degraded', code, attempts: 1, reloads: 1, runs: 'new' });

const IOS = 'cisco-1760';
const XE = 'cisco-9300';
const EXOS = 'extreme-x460g2';
const STACK = 'extreme-x460g2-stack';
const CISCO = [IOS, XE];
const ALL = [IOS, XE, EXOS];

const TABLE: readonly (readonly [fault: FaultId, devices: readonly DeviceName[], outcome: Outcome, effect?: number])[] =
  [
    // Words on the console that are in the way.
    ['echo-split', ALL, succeeded()],
    ['log-noise-after-prompt', ALL, succeeded()],
    ['pager-on', ALL, succeeded()],
    ['setup-dialog', CISCO, succeeded()],
    ['question-split', ALL, succeeded()],
    ['question-wrapped', ALL, succeeded()],
    ['echo-twice', ALL, succeeded()],
    ['prompt-prefix', [EXOS], succeeded()],
    ['log-inside-dots', [EXOS], succeeded()],
    ['aaa-pending', [EXOS], succeeded()],
    // It cannot be spoken to: nothing was done.
    ['wrong-password', ALL, refused('DEVICE_LOGIN_FAILED')],
    ['enable-locked', CISCO, refused('DEVICE_LOGIN_FAILED')],
    ['standby-unit-console', CISCO, refused('DEVICE_LOGIN_FAILED')],
    ['frozen-console', ALL, refused('DEVICE_SILENT')],
    ['clock-1970', [XE], refused('PUSH_DEVICE_CLOCK')],
    ['config-session', [XE], refused('PUSH_CONFIG_SESSION')],
    ['slot-not-operational', [STACK], refused('PUSH_UNIT_DOWN')],
    // The transfer: another attempt where one may help.
    ['tftp-timeout', ALL, succeeded(2)],
    ['tftp-enoent', ALL, succeeded(2)],
    ['stall-at-N%', ALL, succeeded(2), 40],
    ['server-dies-at-N%', ALL, succeeded(2), 40],
    ['short-file', ALL, succeeded(2)],
    ['long-file', ALL, succeeded(2)],
    ['bit-flip', ALL, succeeded(2)],
    ['wrong-model-image', ALL, succeeded(2)],
    ['console-drops-mid-transfer', ALL, succeeded(2)],
    ['session-drop-install-goes-on', [EXOS], succeeded(2)],
    ['session-drop-install-stops', [EXOS], succeeded(2)],
    ['no-ethernet', ALL, failed('PUSH_ATTEMPTS_USED', 4)],
    ['no-space', ALL, failed('TRANSFER_SPACE')],
    ['flash-readonly', CISCO, failed('PUSH_ATTEMPTS_USED', 4)],
    ['class-b-must-erase', CISCO, failed('PUSH_ATTEMPTS_USED', 4)],
    ['erase-prompt', CISCO, succeeded()],
    ['ios-extra-confirm', CISCO, failed('DEVICE_UNKNOWN_QUESTION')],
    ['unknown-question', [EXOS], failed('DEVICE_UNKNOWN_QUESTION')],
    // It does not take the image.
    ['md5-mismatch', CISCO, succeeded(2)],
    ['verify-timeout', CISCO, failed('DEVICE_SILENT')],
    ['boot-variable-rejected', [IOS], failed('DEVICE_REFUSED')],
    ['old-boot-line-first', [IOS], failed('PUSH_ACTIVATE_FAILED')],
    ['write-memory-fails', [IOS], failed('DEVICE_REFUSED')],
    ['install-precheck-fails', [XE], failed('DEVICE_REFUSED')],
    ['signature-fail', [XE], failed('TRANSFER_INTEGRITY')],
    ['signature-unsigned', [EXOS], failed('DEVICE_DECLINED')],
    ['signature-nocert', [EXOS], failed('DEVICE_DECLINED')],
    ['signature-badcert', [EXOS], failed('DEVICE_DECLINED')],
    ['signature-fatal', [EXOS], failed('DEVICE_DECLINED')],
    ['core-dumps', [EXOS], failed('DEVICE_DECLINED')],
    ['mixed-stack', [STACK], failed('DEVICE_DECLINED')],
    // The reload and what comes after it.
    ['save-question', [IOS], succeeded()],
    ['no-reload', ALL, { ...failed('PUSH_RELOAD_NOT_SEEN'), reloads: 1 }],
    ['boots-old-image', ALL, rolledBack],
    ['image-corrupt→rommon', [IOS], rolledBack],
    ['missing-image→rommon', [IOS], rolledBack],
    ['manual-boot-needed', [IOS], rolledBack],
    ['manual-boot-needed', [XE], succeeded()],
    ['boot-loop', ALL, succeeded()],
    ['two-stage-boot', ALL, succeeded()],
    ['slow-microcode', CISCO, succeeded()],
    ['interface-lost', CISCO, degraded('PUSH_INTERFACE_LOST')],
    ['serial-changed', ALL, degraded('PUSH_SERIAL_CHANGED')],
    ['master-failover', [STACK], succeeded()],
  ];

/** Time that a push may take with every wait in it. */
const LIMIT_MS = 5 * 3_600_000;

async function outcomeOf(device: DeviceName, fault: FaultId, effect?: number): Promise<Outcome & { struck: boolean }> {
  const world = new LabWorld(DEVICES.find((row) => row.device === device)!);
  try {
    await world.begin([{ id: fault, ...(effect === undefined ? {} : { effect }) }]);
    await world.clock.runUntilIdle(LIMIT_MS, () => world.job().state === 'ended');
    const { end, attempts } = world.job();
    const { entries } = world;
    const reloads = entries.filter(
      ({ kind, text }) => kind === 'command' && /^(rel|reb|install activate)/.test(String(text)),
    );
    return {
      verdict: end?.verdict ?? 'none',
      ...(end?.code === undefined ? {} : { code: end.code }),
      ...{ attempts: attempts.length, reloads: reloads.length },
      runs: world.runs === entries.find(({ kind }) => kind === 'booted')?.['version'] ? 'old' : 'new',
      struck: entries.some((entry) => entry.kind === 'fault' && entry['id'] === fault),
    };
  } finally {
    await world.end();
  }
}

describe('pushOs to the lab, with a fault', function () {
  this.timeout(60_000);

  for (const [fault, devices, outcome, effect] of TABLE) {
    it(`${fault}: ${outcome.verdict} ${outcome.code ?? ''}`, async () => {
      for (const device of devices) {
        expect(await outcomeOf(device, fault, effect), device).to.deep.equal({ ...outcome, struck: true });
      }
    });
  }

  it('a device that hangs in its boot is unknown, and judged once its power was cycled', async () => {
    for (const device of ALL) {
      const row = DEVICES.find((known) => known.device === device)!;
      const world = new LabWorld(row);
      await world.begin([{ id: 'hang-after-decompress' }]);
      await world.clock.runUntilIdle(LIMIT_MS, () => world.job().state === 'waiting');
      expect(world.job().end, device).to.include({ verdict: 'unknown', code: 'PUSH_BOOT_TIMEOUT' });
      expect(world.alarms, device).to.include('pushUnknown');
      await world.device.powerOff();
      world.device.powerOn();
      await world.clock.runUntilIdle(LIMIT_MS, () => world.job().state === 'ended');
      expect(world.job().end?.verdict, `${device}: ${String(world.job().end?.sentence)}`).to.equal('succeeded');
      expect(world.runs, device).to.equal(row.image.version);
      await world.end();
    }
  });
});
