/**
 * Devices that change their console's speed: IOS, its ROM monitor, the `switch:` loader, U-Boot. Synthetic; wording after
 * Cisco's documentation and recorded dialogues (confreg of a 2600, a 2960's xmodem copy, U-Boot's cmd/load.c and serial.c).
 */
import { SeededRandom } from '../../support/seeded-random.js';
import type { FakeClock } from '../../support/fake-clock.js';
import type { FarEnd, SpeedLine } from './speed-line.js';

export interface DeviceFaults {
  /** Says that it changes, and does not. */
  readonly staysPut?: boolean;
  /** Noise of the change, ms. */
  readonly garbageMs?: number;
  /** Resets itself this long after the change, ms; it boots at its configured speed. */
  readonly resetAfterMs?: number;
  /** Never says anything again after the change. */
  readonly dies?: boolean;
  /** Does not hear a change back this often. */
  readonly deafToWayBack?: number;
}

const ANSWER_MS = 3;
const NOISE_EVERY_MS = 40;

/** Echo, a line at a time, and the clock. */
abstract class FarDevice implements FarEnd {
  readonly line: SpeedLine;
  readonly clock: FakeClock;
  readonly faults: DeviceFaults;
  readonly configured: number;
  baudRate: number;
  /** Complete lines that it took at its prompt. */
  readonly commands: string[] = [];
  boots = 0;
  typedWhileBooting = 0;
  protected booting = false;
  #typed = '';
  #dead = false;
  #wayBackDeafness: number;

  constructor(line: SpeedLine, clock: FakeClock, faults: DeviceFaults = {}) {
    this.line = line;
    this.clock = clock;
    this.faults = faults;
    this.configured = line.baudRate;
    this.baudRate = line.baudRate;
    this.#wayBackDeafness = faults.deafToWayBack ?? 0;
    line.device = this;
  }

  abstract readonly prompt: string;
  protected abstract command(text: string): void;
  protected abstract boot(): void;

  hear(bytes: Uint8Array): void {
    if (this.#dead) return;
    for (const byte of bytes) {
      if (this.booting) this.typedWhileBooting++;
      else this.key(byte);
    }
  }

  protected key(byte: number): void {
    if (byte === 0x0d) {
      const text = this.#typed;
      this.#typed = '';
      this.say('\r\n');
      if (text !== '') this.commands.push(text);
      this.command(text);
    } else if (byte === 0x03) {
      this.#typed = '';
      this.interrupt();
      this.say(`^C\r\n${this.prompt}`);
    } else if (byte >= 0x20 && byte < 0x7f) {
      this.#typed += String.fromCharCode(byte);
      this.say(String.fromCharCode(byte));
    }
  }

  /** What Ctrl-C does besides emptying the line. */
  protected interrupt(): void {}

  say(text: string): void {
    if (!this.#dead) this.line.say(new TextEncoder().encode(text), this.baudRate);
  }

  later(text: string, afterMs = ANSWER_MS): void {
    this.clock.after(afterMs, () => this.say(text));
  }

  /** The command that goes back was not heard. */
  protected deaf(baudRate: number): boolean {
    if (baudRate !== this.configured || this.#wayBackDeafness === 0) return false;
    this.#wayBackDeafness--;
    return true;
  }

  /** Changes the speed as the faults let it; then goes on. */
  protected change(baudRate: number, then: () => void): void {
    const { staysPut, garbageMs, resetAfterMs, dies } = this.faults;
    const back = baudRate === this.configured;
    if (staysPut !== true || back) this.baudRate = baudRate;
    if (dies === true) this.#dead = true;
    if (resetAfterMs !== undefined && !back) this.clock.after(resetAfterMs, () => this.reset());
    const noiseMs = garbageMs ?? 0;
    for (let atMs = 0; atMs < noiseMs; atMs += NOISE_EVERY_MS) this.clock.after(atMs, () => this.#noise(atMs));
    this.clock.after(noiseMs + ANSWER_MS, then);
  }

  #noise(seed: number): void {
    const random = new SeededRandom(seed + 1);
    this.line.say(
      Uint8Array.from({ length: 6 }, () => 128 + random.below(128)),
      this.line.baudRate,
    );
  }

  reset(): void {
    this.boots++;
    this.booting = true;
    this.#typed = '';
    this.baudRate = this.configured;
    this.boot();
  }

  /** Says these lines, one every 300 ms after a second, and then stands at its prompt. */
  protected bootsWith(lines: readonly string[], then: string): void {
    lines.forEach((text, index) => this.later(`${text}\r\n`, 1_000 + 300 * index));
    this.clock.after(1_000 + 300 * lines.length, () => {
      this.booting = false;
      this.say(then);
    });
  }
}

export class FarIos extends FarDevice {
  #mode: 'exec' | 'config' | 'config-line' = 'exec';

  get prompt(): string {
    return this.#mode === 'exec' ? 'Router#' : `Router(${this.#mode})#`;
  }

  protected command(text: string): void {
    const speed = /^speed (\d+)$/.exec(text)?.[1];
    if (speed !== undefined && this.#mode === 'config-line' && !this.deaf(Number(speed))) {
      this.change(Number(speed), () => this.say(this.prompt));
      return;
    }
    if (text === 'configure terminal') {
      this.#mode = 'config';
      this.later('Enter configuration commands, one per line.  End with CNTL/Z.\r\n', 1);
    } else if (text === 'line console 0') this.#mode = 'config-line';
    else if (text === 'end') this.#mode = 'exec';
    else if (text !== '' && speed === undefined)
      this.later("              ^\r\n% Invalid input detected at '^' marker.\r\n\r\n", 1);
    this.clock.after(ANSWER_MS, () => this.say(this.prompt));
  }

  /** It ends any configuration mode. */
  protected override interrupt(): void {
    this.#mode = 'exec';
  }

  protected boot(): void {
    this.#mode = 'exec';
    const lines = [
      'System Bootstrap, Version 12.2(7r)XM1, RELEASE SOFTWARE (fc1)',
      'Self decompressing the image : ##[OK]',
    ];
    this.bootsWith(lines, '\r\n\r\nPress RETURN to get started!\r\n\r\nRouter#');
  }
}

const RATES = ['9600', '4800', '1200', '2400', '19200', '38400', '57600', '115200'];
const CONFREG = [
  '\r\ndo you wish to change the configuration? y/n  [n]:  ',
  'enable  "diagnostic mode"? y/n  [n]:  ',
  'disable "load rom after netboot fails"? y/n  [n]:  ',
  'enable  "ignore system config info"? y/n  [n]:  ',
  'change console baud rate? y/n  [n]:  ',
  'enter rate: 0 = 9600,  1 = 4800,  2 = 1200,  3 = 2400\r\n            4 = 19200, 5 = 38400, 6 = 57600, 7 = 115200  [0]:  ',
  'change the boot characteristics? y/n  [n]:  ',
  '\r\ndo you wish to change the configuration? y/n  [n]:  ',
] as const;

export class FarRommon extends FarDevice {
  /** What the register says; it lasts. */
  stored: number;
  /** Other bits of the register that were changed by a wrong answer. */
  spoilt = 0;
  #lineNumber = 1;
  #asked: number | undefined;

  constructor(line: SpeedLine, clock: FakeClock, faults: DeviceFaults = {}) {
    super(line, clock, faults);
    this.stored = line.baudRate;
  }

  get prompt(): string {
    return `rommon ${String(this.#lineNumber)} > `;
  }

  protected command(text: string): void {
    if (this.#asked !== undefined) {
      this.#answer(this.#asked, text);
      return;
    }
    this.#lineNumber++;
    if (text === 'reset') this.reset();
    else if (text === 'confreg') this.#ask(0);
    else {
      if (text !== '') this.later(`command "${text}" not found\r\n`, 1);
      this.clock.after(ANSWER_MS, () => this.say(this.prompt));
    }
  }

  #ask(index: number): void {
    this.#asked = index;
    const summary = index === 0 || index === 7 ? this.#summary() : '';
    this.later(summary + (CONFREG[index] ?? ''));
  }

  #summary(): string {
    const enabled = 'enabled are:\r\nload rom after netboot fails';
    return `\r\n    Configuration Summary\r\n${enabled}\r\nconsole baud: ${String(this.stored)}\r\nboot: image specified by the boot system commands\r\n`;
  }

  #answer(index: number, text: string): void {
    const yes = text === 'y';
    if ([1, 2, 3, 6].includes(index) && yes) this.spoilt++;
    if (index === 5 && !this.deaf(Number(RATES[Number(text)])) && this.faults.staysPut !== true)
      this.stored = Number(RATES[Number(text)] ?? this.stored);
    if (index === 0 && !yes) this.#over('');
    else if (index === 7) this.#over('You must reset or power cycle for new config to take effect\r\n');
    else this.#ask(index === 4 && !yes ? 6 : index + 1);
  }

  #over(text: string): void {
    this.#asked = undefined;
    this.later(`\r\n\r\n${text}${this.prompt}`);
  }

  override reset(): void {
    super.reset();
    this.baudRate = this.stored;
  }

  protected boot(): void {
    this.#lineNumber = 1;
    const lines = [
      'System Bootstrap, Version 12.1(3r)T2, RELEASE SOFTWARE (fc1)',
      'C2600 platform with 65536 Kbytes of main memory',
    ];
    this.bootsWith(lines, '\r\nrommon 1 > ');
  }
}

export class FarSwitch extends FarDevice {
  readonly prompt = 'switch: ';
  readonly variables = new Map<string, string>();

  protected command(text: string): void {
    const unset = text === 'unset BAUD' && !this.deaf(9600);
    const baud = /^set BAUD (\d+)$/.exec(text)?.[1];
    if (baud !== undefined) this.variables.set('BAUD', baud);
    if (unset) this.variables.delete('BAUD');
    if (baud !== undefined || unset) {
      this.change(Number(baud ?? 9600), () => this.say(this.prompt));
      return;
    }
    if (text !== '') this.later(`Unknown cmd: ${text}\r\n`, 1);
    this.clock.after(ANSWER_MS, () => this.say(this.prompt));
  }

  protected boot(): void {
    this.baudRate = Number(this.variables.get('BAUD') ?? 9600);
    this.bootsWith(['Using driver version 1 for media type 1', 'C2960 Boot Loader (C2960-HBOOT-M)'], '\r\nswitch: ');
  }
}

export class FarUBoot extends FarDevice {
  readonly prompt = '=> ';
  /** What its UART's driver supports. */
  readonly supported: readonly number[];
  /** The variable; the UART may be elsewhere. */
  variable: number;
  #awaits: (() => void) | undefined;

  constructor(line: SpeedLine, clock: FakeClock, faults: DeviceFaults = {}, supported = [9600, 38_400, 115_200]) {
    super(line, clock, faults);
    this.supported = supported;
    this.variable = line.baudRate;
  }

  protected override key(byte: number): void {
    if (this.#awaits === undefined) super.key(byte);
    else if (byte === 0x0d) {
      const go = this.#awaits;
      this.#awaits = undefined;
      go();
    }
  }

  protected command(text: string): void {
    const rate = Number(/^setenv baudrate (\d+)$/.exec(text)?.[1] ?? 0);
    const back = (): void => this.later(this.prompt);
    if (rate === 0 || rate === this.variable || this.deaf(rate)) {
      if (text !== '' && rate === 0) this.later(`Unknown command '${text}' - try 'help'\r\n`, 1);
      back();
    } else if (!this.supported.includes(rate)) {
      const error = '## Error inserting "baudrate" variable, errno=22';
      this.later(`## Baudrate ${String(rate)} bps not supported\r\n${error}\r\n=> `);
    } else {
      this.later(`## Switch baudrate to ${String(rate)} bps and press ENTER ...\r\n`, 1);
      this.clock.after(50, () => {
        this.variable = rate;
        this.change(rate, () => undefined);
        this.#awaits = back;
      });
    }
  }

  protected boot(): void {
    this.#awaits = undefined;
    this.variable = this.configured;
    this.bootsWith(
      ['U-Boot 2023.01 (Jan 10 2023 - 00:00:00 +0000)', 'DRAM:  512 MiB', 'Hit any key to stop autoboot:  0'],
      '=> ',
    );
  }
}
