/**
 * A router as a model: flash, boot list, running image, power. It answers the commands of an IOS push in words of its
 * own and counts what must never happen twice, or at all. Synthetic; shapes after Cisco IOS 12.3 output.
 */
import { fail } from '../../core/errors/index.js';
import type { Exposure } from '../../core/ports/transfer-server.js';

export interface ModelImage {
  readonly sha: string;
  readonly md5: string;
  readonly bytes: number;
}

export type Mishap =
  | 'tftpTimeout'
  | 'tftpNotFound'
  | 'noSpaceMidway'
  | 'bitFlip'
  | 'bootsOld'
  | 'powerLossInTransfer'
  | 'powerLossForGood'
  | 'neverBack'
  | 'standsAtLoader'
  | 'interfaceLost'
  | 'reloadRefused'
  | 'reloadIgnored';

export type RouterMode = 'exec' | 'config' | 'off' | 'booting' | 'loader';

export interface RouterState {
  readonly flash: Readonly<Record<string, ModelImage>>;
  readonly bootList: string[];
  readonly savedBootList: string[];
  readonly running: string;
  readonly mode: RouterMode;
  readonly bootedAtMs: number;
  readonly reloadCommands: number;
  readonly boots: number;
  readonly runningFileWrites: number;
  readonly interfaces: number;
}

const RUNNING = 'c1700-y-mz.123-9.bin';
/** From the banner to the prompt. */
const BOOT_MS = 90_000;

export class ModelRouter {
  readonly flash = new Map<string, ModelImage>();
  bootList: string[] = [];
  savedBootList: string[] = [];
  running = RUNNING;
  #mode: RouterMode = 'exec';
  bootedAtMs: number;
  reloadCommands = 0;
  boots = 0;
  /** Writes to the file it runs from: must stay 0. */
  runningFileWrites = 0;
  interfaces = 3;
  readonly mishaps: Set<Mishap>;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, mishaps: readonly Mishap[] = []) {
    this.#nowMs = nowMs;
    this.mishaps = new Set(mishaps);
    this.bootedAtMs = nowMs() - 51_720_000;
    this.flash.set(RUNNING, { sha: 'old', md5: '0'.repeat(32), bytes: 3_000_000 });
  }

  /** A boot ends by itself, whether anyone watches or not. */
  get mode(): RouterMode {
    if (this.#mode === 'booting' && this.#nowMs() - this.bootedAtMs >= BOOT_MS) this.#mode = 'exec';
    return this.#mode;
  }

  set mode(mode: RouterMode) {
    this.#mode = mode;
  }

  /** Everything that outlives a process of the node, for fixtures. */
  state(): RouterState {
    const { bootList, savedBootList, running, bootedAtMs, reloadCommands, boots, runningFileWrites, interfaces } = this;
    const flash = Object.fromEntries(this.flash);
    return {
      flash,
      bootList,
      savedBootList,
      running,
      mode: this.mode,
      bootedAtMs,
      reloadCommands,
      boots,
      runningFileWrites,
      interfaces,
    };
  }

  /** Takes a state back. */
  restore({ flash, ...fields }: RouterState): void {
    this.flash.clear();
    for (const [file, image] of Object.entries(flash)) this.flash.set(file, image);
    Object.assign(this, structuredClone(fields));
  }

  /** The answer to one command at the exec or config prompt. */
  answer(command: string, copy: { exposure?: Exposure | undefined; image: ModelImage }): string {
    const [verb = ''] = command.split(' ');
    if (command === 'show version') return this.#version();
    if (verb === 'dir') return `64016384 bytes total (30000000 bytes free)`;
    if (verb === 'copy') return this.#copy(command, copy);
    if (verb === 'verify') {
      const file = this.#file(command.split(' ').at(-1));
      if (file === undefined)
        throw fail('DEVICE_REFUSED', { port: 'n1:1/1', command, text: '%Error opening flash:x (File not found)' });
      return `.....Done!\nverify /md5 (flash:x) = ${file.md5}`;
    }
    if (verb === 'delete') return this.#delete(command);
    if (command === 'show running-config | include ^boot system')
      return this.bootList.map((file) => `boot system flash:${file}`).join('\n');
    if (command.startsWith('show running-config') || command.startsWith('show startup-config'))
      return 'hostname Router\nend';
    return this.#configure(command);
  }

  #configure(command: string): string {
    if (command === 'configure terminal') this.mode = 'config';
    else if (command === 'end') this.mode = 'exec';
    else if (command === 'no boot system') this.bootList = [];
    else if (command.startsWith('boot system ')) this.bootList.push(baseOf(command.slice(12)));
    else if (command === 'write memory') {
      this.savedBootList = [...this.bootList];
      return 'Building configuration...\n[OK]';
    } else return `% Invalid input detected at '^' marker.`;
    return '';
  }

  reload(): void {
    this.reloadCommands++;
    if (!this.mishaps.has('reloadIgnored')) this.restart();
  }

  /** Power or reload: the saved boot list decides, a file that is not whole is passed over. */
  restart(): void {
    this.boots++;
    this.bootList = [...this.savedBootList];
    const order = this.mishaps.has('bootsOld') ? [RUNNING] : [...this.savedBootList, RUNNING];
    const bootable = order.find((file) => this.flash.get(file)?.sha !== 'torn' && this.flash.has(file));
    this.bootedAtMs = this.#nowMs();
    this.running = bootable ?? '';
    this.mode = this.mishaps.delete('standsAtLoader') || bootable === undefined ? 'loader' : 'booting';
    if (this.mishaps.has('interfaceLost')) this.interfaces = 2;
    if (this.mishaps.has('neverBack')) this.mode = 'off';
  }

  #copy(command: string, copy: { exposure?: Exposure | undefined; image: ModelImage }): string {
    const file = baseOf(command.split(' ').at(-1) ?? '');
    if (file === this.running) this.runningFileWrites++;
    if (this.mishaps.delete('tftpTimeout')) return '%Error opening tftp://10.10.10.254/x (Timed out)';
    if (this.mishaps.delete('tftpNotFound')) return '%Error opening tftp://10.10.10.254/x (No such file or directory)';
    if (this.mishaps.has('noSpaceMidway')) return '%Error copying tftp://10.10.10.254/x (Not enough space on device)';
    const flipped = this.mishaps.delete('bitFlip');
    this.flash.set(file, flipped ? { ...copy.image, md5: 'f'.repeat(32), sha: 'torn' } : copy.image);
    return `Loading x from 10.10.10.254: !!!\n[OK - ${String(copy.image.bytes)} bytes]\n\n${String(copy.image.bytes)} bytes copied in 1.0 secs`;
  }

  #delete(command: string): string {
    const file = baseOf(command.split(' ').at(-1) ?? '');
    if (file === this.running) this.runningFileWrites++;
    return this.flash.delete(file) ? '' : `%Error deleting flash:${file} (No such file or directory)`;
  }

  #file(name = ''): ModelImage | undefined {
    return this.flash.get(baseOf(name));
  }

  #version(): string {
    const minutes = Math.floor((this.#nowMs() - this.bootedAtMs) / 60_000);
    const version = this.running === RUNNING ? '12.3(9)' : '12.3(1a)';
    return [
      `IOS (tm) C1700 Software (C1700-Y-M), Version ${version}, RELEASE SOFTWARE (fc2)`,
      `Router uptime is ${String(Math.floor(minutes / 60))} hours, ${String(minutes % 60)} minutes`,
      `System image file is "flash:/${this.running}"`,
      'cisco 1760 (MPC860P) processor (revision 0x500) with 55706K/9830K bytes of memory.',
      'Processor board ID FOC08060NSX (2946838782), with hardware revision 0000',
      ...['FastEthernet/IEEE 802.3', 'Serial(sync/async)', 'Voice FXS']
        .slice(0, this.interfaces)
        .map((type) => `1 ${type} interface(s)`),
    ].join('\n');
  }
}

function baseOf(file: string): string {
  return file.replace(/^.*[:/]/, '');
}
