/** What outlives the power besides flash: stored configuration and configuration register. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Configuration } from './configuration.js';

interface NvramFile {
  readonly configRegister: string;
  readonly startup: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** Boot as the boot lines say (bits 0–3 = 2), 9600 baud, break off: the value routers are sold with. */
const FACTORY_REGISTER = '0x2102';

/** Console speeds by the numbers that `confreg` gives them: bits 5, 12 and 11 of the register (vendors §3.4). */
export const CONSOLE_RATES: readonly number[] = [9600, 4800, 1200, 2400, 19_200, 38_400, 57_600, 115_200];
const CONSOLE_BITS = 0x1820;

export class Nvram {
  startup: Configuration;
  configRegister = FACTORY_REGISTER;
  /** Of the boot loader: `BOOT`, `BAUD`. */
  variables: Readonly<Record<string, string>> = {};
  readonly #file: string;

  constructor(deviceFolder: string, factory: readonly string[]) {
    this.#file = join(deviceFolder, 'nvram.json');
    this.startup = new Configuration(factory);
  }

  /** Reads what is there; a new device keeps its factory values. */
  open(): void {
    if (!existsSync(this.#file)) {
      this.save();
      return;
    }
    const stored = JSON.parse(readFileSync(this.#file, 'utf8')) as NvramFile;
    this.startup = new Configuration(stored.startup);
    this.configRegister = stored.configRegister;
    this.variables = stored.variables ?? {};
  }

  save(): void {
    const content: NvramFile = {
      configRegister: this.configRegister,
      startup: this.startup.lines(),
      variables: this.variables,
    };
    writeFileSync(`${this.#file}.new`, JSON.stringify(content, undefined, 1));
    renameSync(`${this.#file}.new`, this.#file);
  }

  /** Bits 0–3 of the register: 0 stay at the loader, 2 and above follow the boot lines. */
  get bootField(): number {
    return Number(this.configRegister) & 0xf;
  }

  /** Speed of the console at the loader, and of an operating system whose configuration names none. */
  get consoleBaudRate(): number {
    const bit = (number: number): number => (Number(this.configRegister) >> number) & 1;
    return CONSOLE_RATES[4 * bit(5) + 2 * bit(12) + bit(11)] ?? 9600;
  }

  /** Changes those bits alone and saves them. False where the register has no such rate. */
  setConsoleBaudRate(baudRate: number): boolean {
    const code = CONSOLE_RATES.indexOf(baudRate);
    if (code === -1) return false;
    const bits = (((code >> 2) & 1) << 5) | (((code >> 1) & 1) << 12) | ((code & 1) << 11);
    this.configRegister = `0x${((Number(this.configRegister) & ~CONSOLE_BITS) | bits).toString(16)}`;
    this.save();
    return true;
  }
}
