import { expect } from 'chai';
import { pullRunningConfig, pullStartupConfig, pullTech } from '../../actions/pull-config.js';
import type { Action, StepContext } from '../../core/action.js';
import type { Driver } from '../../core/driver.js';
import { fail } from '../../core/errors/index.js';
import type { JobEnd } from '../../core/job.js';
import type { Dialog, Reply } from '../../core/ports/dialog.js';
import { ciscoIos } from '../../drivers/cisco-ios/driver.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { linux } from '../../drivers/linux/driver.js';

describe('pulling configurations', () => {
  let story: string[] = [];
  let stored: string[] = [];
  let typed: string[] = [];

  /** The device answers every command with `output`. */
  async function pull(action: Action, driver: Driver, output: string | Error, isNew = true): Promise<JobEnd> {
    [story, stored, typed] = [[], [], []];
    const dialog: Partial<Dialog> = {
      useTable: () => undefined,
      login: () => Promise.resolve({ state: 'exec', text: 'r1#' }),
      run: ({ send = '' }) => {
        typed.push(send);
        return output instanceof Error ? Promise.reject(output) : Promise.resolve({ output } as Reply);
      },
    };
    const context: Partial<StepContext> = {
      ...{ driver, port: { id: 'n:1/1', name: '1/1' } as StepContext['port'], credentials: () => ({}) },
      dialog: () => Promise.resolve(dialog as Dialog),
      story: (line) => story.push(line),
      storeConfig: (type, text) => {
        stored.push(`${type}: ${text}`);
        const record = { portId: 'n:1/1', type, version: 'current', sizeBytes: text.length, storedAtMs: 0 };
        return Promise.resolve({ record: { ...record, sha256: 'ab' }, isNew });
      },
    };
    const step = action.steps[action.start];
    if (step === undefined) throw new Error('no step');
    const outcome = await step
      .run(context as StepContext, {})
      .catch((error: unknown) => action.failed(context as StepContext, {}, error));
    if (outcome.kind !== 'end') throw new Error('it has one step');
    return outcome.end;
  }

  it('stores what the device shows, and tells whether it is new', async () => {
    const end = await pull(pullRunningConfig, ciscoIos, '\nhostname r1\n!\nend\n');
    const sentence = 'running-config of 1/1: 17 bytes, SHA-256 ab.';
    expect(end).to.deep.equal({ verdict: 'succeeded', sentence: `${sentence} It is stored as current.` });
    expect(stored).to.deep.equal(['running-config: hostname r1\n!\nend']);
    expect(story).to.deep.equal(['Retrieving running-config from device ...', 'Complete. running-config pulled.']);
    const again = await pull(pullRunningConfig, ciscoIos, 'hostname r1\n!\nend', false);
    expect(again.sentence).to.include('It is as it was stored before.');
  });

  it('asks in the words of the driver', async () => {
    for (const [action, driver, command] of [
      [pullStartupConfig, ciscoIos, 'show startup-config'],
      [pullTech, ciscoIos, 'show tech-support'],
      [pullRunningConfig, extremeExos, 'show configuration'],
      [pullTech, extremeExos, 'show tech all'],
    ] as const) {
      expect((await pull(action, driver, 'text')).verdict).to.equal('succeeded');
      expect(typed).to.deep.equal([command]);
    }
  });

  it('stores nothing of a device that shows nothing, or cannot', async () => {
    const refused = fail('DEVICE_SILENT', { port: 'n:1/1', seconds: 60 });
    for (const [driver, output, code] of [
      [linux, 'text', 'CONFIG_NOT_KNOWN'],
      [ciscoIos, ' \n', 'CONFIG_EMPTY'],
      [ciscoIos, refused, 'DEVICE_SILENT'],
    ] as const) {
      const end = await pull(pullRunningConfig, driver, output);
      expect([end.verdict, end.code, stored]).to.deep.equal(['failed', code, []]);
      expect(end.sentence).to.include('Nothing was written on the device.');
    }
  });
});
