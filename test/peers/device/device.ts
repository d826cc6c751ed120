/**
 * One powered device on the bench: QEMU's arm64 `virt` board with the files of a build, its own disk and its own
 * environment flash. Power is a process: off is SIGKILL, on is a new QEMU over the same disk.
 *
 * The console is a TCP port as a console server gives it, or a pty. It belongs to the running QEMU: a power cut closes
 * it, the next power-on opens it again under the same address. QEMU takes one client at a time, waits for none, and
 * drops what the device says while nobody listens, as an unconnected serial line does.
 */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { DeviceBuild } from './build.js';
import { getBytes, putBytes, putFile, removeFile } from './disk.js';
import type { Slot } from './disk.js';
import { freeConsolePort } from './free-port.js';
import { run } from './program.js';

/** QEMU answers on its monitor within a second on an idle machine; a loaded one may need much longer. */
const QEMU_START_LIMIT_MS = 30_000;

/** QEMU's answer to `info status` while the processor is held. */
const MONITOR_ANSWER = 'VM status: paused';

/** Size of the rubbish that `corruptSlots` writes: smaller than any image, so that nothing of it remains. */
const GARBAGE_BYTES = 4096;

/** Bus, memory and network of the board; the device is 10.0.2.15 and reaches this machine's loopback as 10.0.2.2. */
const BOARD = [
  ...['-M', 'virt', '-cpu', 'cortex-a57', '-m', '512', '-display', 'none'],
  // No boot ROM: it would need a package of its own (ipxe-qemu) and U-Boot brings its own driver.
  ...['-netdev', 'user,id=n0', '-device', 'virtio-net-pci,netdev=n0,romfile='],
];

/** How the serial line of the device is reached. */
export type ConsoleAddress =
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  /** `path` is a link to the pty; it dangles while the device is off. */
  | { readonly type: 'serial'; readonly path: string };

/** What makes one device differ from another. */
export interface QemuDeviceOptions {
  readonly build: DeviceBuild;
  /** Kind of console, default `tcp`. */
  readonly console?: ConsoleAddress['type'];
  /** Takes the firmware out of slot 2 first, as in a device that was never upgraded. Default false. */
  readonly emptySecondSlot?: boolean;
}

type Qemu = ChildProcessByStdio<Writable, Readable, Readable>;

/** What `start()` prepared; it lives until `stop()`. */
interface Bench {
  readonly folder: string;
  readonly disk: string;
  readonly flash1: string;
  readonly console: ConsoleAddress;
  /** File with everything the device said. */
  readonly spoken: string;
}

/** See the head of this file. */
export class QemuDevice {
  readonly #options: QemuDeviceOptions;
  #bench: Bench | undefined;
  #qemu: Qemu | undefined;

  /** @param options - the build to run and the kind of console */
  constructor(options: QemuDeviceOptions) {
    this.#options = options;
  }

  /** Address of the console; the same for all power cycles. Throws before `start()`. */
  get consoleAddress(): ConsoleAddress {
    return this.#started().console;
  }

  /** Process id of the running QEMU; undefined while the device is off. */
  get pid(): number | undefined {
    return this.#qemu?.pid;
  }

  /** Copies disk and flash for this device and switches it on, unless `powered` is false. */
  async start({ powered = true } = {}): Promise<void> {
    const { build, console = 'tcp', emptySecondSlot = false } = this.#options;
    const folder = await mkdtemp(join(tmpdir(), 'edgeos-'));
    const disk = join(folder, 'disk.img');
    const flash1 = join(folder, 'flash1.img');
    const address: ConsoleAddress =
      console === 'tcp'
        ? { type: 'tcp', host: '127.0.0.1', port: await freeConsolePort() }
        : { type: 'serial', path: join(folder, 'console') };
    this.#bench = { folder, disk, flash1, console: address, spoken: join(folder, 'spoken') };
    await run('cp', ['--sparse=always', build.disk, disk]);
    await run('cp', ['--sparse=always', build.flash1, flash1]);
    if (emptySecondSlot) await removeFile(disk, 2, 'initrd.gz');
    if (powered) await this.powerOn();
  }

  /** Switches on: when this resolves, the console takes clients and the processor has just started. */
  async powerOn(): Promise<void> {
    const bench = this.#started();
    if (this.#qemu !== undefined) throw new Error('power on: expected the device to be off, it runs');
    const args = this.#qemuArguments(bench);
    const qemu = spawn('qemu-system-aarch64', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#qemu = qemu;
    qemu.once('exit', () => {
      if (this.#qemu === qemu) this.#qemu = undefined;
    });
    process.once('exit', killer(qemu));
    // The processor is held (-S) until the console is open, so that a client may see the first byte.
    const banner = await monitorReady(qemu);
    const pty = /redirected to (\S+)/.exec(banner)?.[1];
    if (bench.console.type === 'serial' && pty !== undefined) {
      await rm(bench.console.path, { force: true });
      await symlink(pty, bench.console.path);
    }
    qemu.stdin.write('cont\n');
  }

  /** Cuts the power; resolves when the process is gone. Does nothing to a device that is off. */
  async powerOff(): Promise<void> {
    const qemu = this.#qemu;
    if (qemu?.pid === undefined) return;
    const gone = new Promise((resolve) => qemu.once('exit', resolve));
    process.kill(qemu.pid, 'SIGKILL');
    await gone;
  }

  /** Presses the reset button: the processor starts again, the console stays open. */
  reset(): void {
    if (this.#qemu === undefined) throw new Error('reset: expected the device to be on, it is off');
    this.#qemu.stdin.write('system_reset\n');
  }

  /** Switches off and removes the device's folder. */
  async stop(): Promise<void> {
    await this.powerOff();
    if (this.#bench !== undefined) await rm(this.#bench.folder, { recursive: true, force: true });
    this.#bench = undefined;
  }

  /**
   * Hash of the firmware on the disk, read without the device's help. The device must be off.
   *
   * @returns SHA-256 in lower-case hex, or undefined when the slot has no firmware
   */
  async readSlot(slot: Slot): Promise<string | undefined> {
    const bytes = await getBytes(this.#offDisk(), slot, 'initrd.gz');
    return bytes === undefined ? undefined : createHash('sha256').update(bytes).digest('hex');
  }

  /** Everything the device said on its console since `start()`, also what nobody was there to hear. */
  async spoken(): Promise<string> {
    return readFile(this.#started().spoken, 'latin1');
  }

  /** The slot that the next boot takes, from `slot.env`. The device must be off. */
  async readNextSlot(): Promise<string | undefined> {
    const text = (await getBytes(this.#offDisk(), 3, 'slot.env'))?.toString();
    return text === undefined ? undefined : /^slot=(\d+)/m.exec(text)?.[1];
  }

  /** Puts an image into a slot from outside. The device must be off. */
  async writeSlot(slot: Slot, imagePath: string): Promise<void> {
    await putFile(this.#offDisk(), slot, imagePath, 'initrd.gz');
  }

  /** Overwrites the firmware of both slots with rubbish; the kernels stay. The device must be off. */
  async corruptSlots(): Promise<void> {
    const disk = this.#offDisk();
    // A first byte that no gzip file has, so that chance cannot make a valid one.
    const garbage = Buffer.concat([Buffer.from([0]), randomBytes(GARBAGE_BYTES - 1)]);
    for (const slot of [1, 2] as const) await putBytes(disk, slot, 'initrd.gz', garbage);
  }

  #started(): Bench {
    if (this.#bench === undefined) throw new Error('device: expected start() first');
    return this.#bench;
  }

  #offDisk(): string {
    if (this.#qemu !== undefined) throw new Error('disk: expected the device to be off, it runs');
    return this.#started().disk;
  }

  #qemuArguments({ disk, flash1, console, spoken }: Bench): readonly string[] {
    const { build } = this.#options;
    const chardev =
      console.type === 'tcp'
        ? `socket,host=${console.host},port=${String(console.port)},server=on,wait=off,nodelay=on`
        : 'pty';
    return [
      ...BOARD,
      ...['-drive', `if=pflash,format=raw,index=0,readonly=on,file=${build.flash0}`],
      ...['-drive', `if=pflash,format=raw,index=1,file=${flash1}`],
      ...['-drive', `if=none,id=d0,format=raw,file=${disk}`, '-device', 'virtio-blk-pci,drive=d0'],
      ...['-chardev', `${chardev},id=c0,logfile=${spoken},logappend=on`, '-serial', 'chardev:c0'],
      ...['-monitor', 'stdio', '-S'],
    ];
  }
}

/** Ends the QEMU of a test process that ends without `stop()`. */
function killer(qemu: Qemu): () => void {
  const kill = (): void => void qemu.kill('SIGKILL');
  qemu.once('exit', () => process.off('exit', kill));
  return kill;
}

/**
 * Waits until QEMU has made the whole machine, consoles included: only then does it answer the monitor. (Its prompt comes
 * before.) Returns what QEMU printed.
 */
function monitorReady(qemu: Qemu): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const fail = (why: string): void => {
      qemu.kill('SIGKILL');
      reject(new Error(`qemu-system-aarch64: ${why}: ${printed.trim()}`));
    };
    const timer = setTimeout(() => {
      fail(`no answer of the monitor within ${String(QEMU_START_LIMIT_MS)} ms`);
    }, QEMU_START_LIMIT_MS);
    const onExit = (code: number | null): void => {
      clearTimeout(timer);
      fail(`ended with ${String(code)}`);
    };
    qemu.once('error', reject);
    qemu.once('exit', onExit);
    qemu.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    qemu.stdin.on('error', () => undefined);
    qemu.stdin.write('info status\n');
    // The stream is read for as long as QEMU runs; a full pipe would stop it.
    qemu.stdout.on('data', (chunk: Buffer) => {
      if (printed.includes(MONITOR_ANSWER)) return;
      printed += chunk.toString();
      if (!printed.includes(MONITOR_ANSWER)) return;
      clearTimeout(timer);
      qemu.off('exit', onExit);
      resolve(printed);
    });
  });
}
