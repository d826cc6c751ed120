/** The Dialog of a model router: what the real dialogue engine would report, without its bytes. */
import type { DialogTable, Exchange, Intent } from '../../core/dialog-table.js';
import { fail } from '../../core/errors/index.js';
import type { Clock } from '../../core/ports/clock.js';
import type { BootResult, BootWatch, DeviceState, Dialog, Reply, SpeedFound } from '../../core/ports/dialog.js';
import type { Line, LineMode } from '../../core/ports/line.js';
import type { Exposure } from '../../core/ports/transfer-server.js';
import { fillTemplate } from '../../core/template.js';
import type { SlotValues } from '../../core/template.js';
import type { ModelImage, ModelRouter } from './model-router.js';

export interface ModelWorld {
  readonly router: ModelRouter;
  readonly clock: Clock;
  readonly image: ModelImage;
  /** The newest exposure of the model's server. */
  exposure: (Exposure & { serve(complete: boolean): void }) | undefined;
}

const PORT = 'n1:1/1';

export class ModelDialog implements Dialog {
  readonly line: Line = new ModelLine();
  readonly #world: ModelWorld;
  #table: DialogTable | undefined;

  constructor(world: ModelWorld) {
    this.#world = world;
  }

  useTable(table: DialogTable): void {
    this.#table = table;
  }

  forget(): void {
    return undefined;
  }

  async classify(silenceMs: number): Promise<DeviceState> {
    const { mode } = this.#world.router;
    if (mode === 'off') {
      await this.#world.clock.sleep(silenceMs);
      return { state: 'silent', text: '' };
    }
    const state = mode === 'exec' || mode === 'config' || mode === 'loader' ? mode : 'booting';
    return Promise.resolve({ state, text: mode });
  }

  async login(): Promise<DeviceState> {
    const { router, clock } = this.#world;
    if (router.mode === 'off') {
      await clock.sleep(30_000);
      throw fail('DEVICE_SILENT', { port: PORT, seconds: 30 });
    }
    if (router.mode === 'loader') throw fail('DEVICE_AT_LOADER', { port: PORT, prompt: 'rommon 1 >' });
    if (router.mode === 'booting') throw fail('DEVICE_RESTARTED', { port: PORT, text: 'System Bootstrap' });
    router.mode = 'exec';
    return { state: 'exec', text: 'Router#' };
  }

  async run(exchange: Exchange, slots: SlotValues, intents: readonly Intent[]): Promise<Reply> {
    const { router, clock } = this.#world;
    if (exchange.send === undefined || router.mode === 'off') {
      await clock.sleep(exchange.silenceMs);
      throw fail('DEVICE_SILENT', { port: PORT, seconds: exchange.silenceMs / 1000 });
    }
    const command = fillTemplate(exchange.send, slots);
    if (command === 'reload') return this.#reload(intents);
    if (command.startsWith('boot ') && router.mode === 'loader') return this.#boot();
    if (router.mode === 'booting') throw fail('DEVICE_RESTARTED', { port: PORT, text: 'System Bootstrap' });
    if (command.startsWith('copy')) await this.#transfer();
    return this.#reply(exchange, command, router.answer(command, this.#world));
  }

  async #transfer(): Promise<void> {
    const { router } = this.#world;
    if (router.mishaps.delete('powerLossInTransfer')) {
      router.restart();
      throw fail('CONSOLE_LOST', { port: PORT, reason: 'closed' });
    }
    if (router.mishaps.has('powerLossForGood')) {
      router.mode = 'off';
      throw fail('CONSOLE_LOST', { port: PORT, reason: 'closed' });
    }
    const broken = ['tftpTimeout', 'tftpNotFound', 'noSpaceMidway'].some((mishap) =>
      router.mishaps.has(mishap as never),
    );
    this.#world.exposure?.serve(!broken);
    await this.#world.clock.sleep(1000);
  }

  #reply(exchange: Exchange, command: string, output: string): Reply {
    const rows = [
      ...(exchange.failures ?? []),
      ...(exchange.ignoreFailures === true ? [] : (this.#table?.failures ?? [])),
    ];
    const row = rows.find(({ pattern }) => new RegExp(pattern, 'm').test(output));
    const text = output.split('\n')[0] ?? '';
    if (row !== undefined) throw failure(row.class, command, text);
    if (exchange.success !== undefined && !new RegExp(exchange.success, 'm').test(output)) {
      throw fail('DEVICE_REFUSED', { port: PORT, command, text });
    }
    const captures: Record<string, string> = {};
    for (const [name, pattern] of Object.entries(exchange.capture ?? {})) {
      const value = new RegExp(pattern, 'm').exec(output)?.[1];
      if (value !== undefined) captures[name] = value;
    }
    return { output, captures, questions: [], state: { state: 'exec', text: 'Router#' } };
  }

  #reload(intents: readonly Intent[]): Reply {
    if (!intents.includes('reload'))
      throw fail('DEVICE_QUESTION_WITHOUT_INTENT', {
        port: PORT,
        question: 'reload',
        intent: 'reload',
        intents: intents.join(),
      });
    if (this.#world.router.mishaps.has('reloadRefused'))
      throw fail('DEVICE_REFUSED', { port: PORT, command: 'reload', text: '% refused' });
    this.#world.router.reload();
    return { output: '', captures: {}, questions: [], state: { state: 'booting', text: '' } };
  }

  #boot(): Reply {
    const { router } = this.#world;
    router.boots++;
    router.bootedAtMs = this.#world.clock.nowMs();
    router.mode = 'booting';
    router.running = 'c1700-y-mz.123-9.bin';
    return { output: '', captures: {}, questions: [], state: { state: 'booting', text: '' } };
  }

  /** Its line has no speed. */
  findSpeed(): Promise<SpeedFound> {
    return Promise.resolve({ kind: 'none', heard: 'nothing' });
  }

  async watchBoot(watch: BootWatch): Promise<BootResult> {
    const { router, clock } = this.#world;
    const seen = { boots: 1, text: 'boot text' };
    if (router.mode === 'off') {
      await clock.sleep(watch.silenceMs);
      return { kind: 'silent', ...seen };
    }
    await clock.sleep(90_000);
    if (router.mode === 'loader') return { kind: 'loader', state: { state: 'loader', text: 'rommon 1 >' }, ...seen };
    if (router.mode !== 'exec') return { kind: 'cap', ...seen };
    watch.onMilestone('Device loaded');
    return { kind: 'up', state: { state: 'user', text: 'Router>' }, ...seen };
  }
}

function failure(failureClass: string, command: string, text: string) {
  const parts = { method: command, reason: text, file: 'x' };
  if (failureClass === 'remoteFile') return fail('TRANSFER_REMOTE_FILE', parts);
  if (failureClass === 'space') return fail('TRANSFER_SPACE', parts);
  if (failureClass === 'transport') return fail('TRANSFER_TRANSPORT', parts);
  if (failureClass === 'integrity') return fail('TRANSFER_INTEGRITY', parts);
  return fail('DEVICE_REFUSED', { port: PORT, command, text });
}

class ModelLine implements Line {
  readonly portId = PORT;
  readonly owner = 'job';
  readonly fence = 1;
  mode: LineMode = 'dialogue';

  setMode(mode: Exclude<LineMode, 'idle'>): void {
    this.mode = mode;
  }

  write(): Promise<void> {
    return Promise.resolve();
  }

  read(): () => void {
    return () => undefined;
  }

  opened(): Promise<void> {
    return Promise.resolve();
  }

  release(): void {
    this.mode = 'idle';
  }
}
