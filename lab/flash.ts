/** A device's flash: real files in a folder. They stay through power cycles and through restarts of the process. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface FlashFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A file name that a flash holds; anything else would leave the folder. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;

export class Flash {
  readonly totalBytes: number;
  readonly #folder: string;
  readonly #incoming: string;
  readonly #orderFile: string;
  readonly #card: string;

  constructor(deviceFolder: string, totalBytes: number) {
    this.totalBytes = totalBytes;
    this.#folder = join(deviceFolder, 'flash');
    this.#incoming = join(deviceFolder, 'incoming');
    this.#orderFile = join(deviceFolder, 'flash-order.json');
    this.#card = join(deviceFolder, 'memorycard');
  }

  /** True where there is nothing yet: a device fresh from the factory. */
  open(): boolean {
    const isNew = !existsSync(this.#folder);
    mkdirSync(this.#folder, { recursive: true });
    mkdirSync(this.#incoming, { recursive: true });
    return isNew;
  }

  /** In the order in which they were written: a device without boot lines boots the first. */
  list(): readonly FlashFile[] {
    const present = readdirSync(this.#folder).sort();
    const order = this.#order();
    const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
    return present
      .sort((left, right) => rank(left) - rank(right))
      .map((name) => ({ name, sizeBytes: statSync(this.path(name)).size }));
  }

  get freeBytes(): number {
    return this.list().reduce((free, file) => free - file.sizeBytes, this.totalBytes);
  }

  has(name: string): boolean {
    return NAME.test(name) && existsSync(this.path(name));
  }

  isName(name: string): boolean {
    return NAME.test(name);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Where a transfer writes; what is there when the power goes is what flash keeps. */
  incomingPath(name: string): string {
    return join(this.#incoming, name);
  }

  /** A file on the card that somebody has put into the device; undefined where there is none. */
  onCard(name: string): string | undefined {
    const path = join(this.#card, name);
    return NAME.test(name) && existsSync(path) ? path : undefined;
  }

  /** The received bytes become the file, whole or not. */
  adopt(name: string): void {
    if (!existsSync(this.incomingPath(name))) return;
    renameSync(this.incomingPath(name), this.path(name));
    this.#remember(name);
  }

  /** Transfers that were cut off left part of a file behind. */
  adoptLeftovers(): void {
    for (const name of readdirSync(this.#incoming)) this.adopt(name);
  }

  discardIncoming(name: string): void {
    rmSync(this.incomingPath(name), { force: true });
  }

  write(name: string, bytes: Uint8Array): void {
    writeFileSync(this.path(name), bytes);
    this.#remember(name);
  }

  copyIn(name: string, source: string): void {
    copyFileSync(source, this.path(name));
    this.#remember(name);
  }

  delete(name: string): void {
    rmSync(this.path(name), { force: true });
    this.#saveOrder(this.#order().filter((known) => known !== name));
  }

  async md5(name: string): Promise<string> {
    const hash = createHash('md5');
    for await (const chunk of createReadStream(this.path(name)) as AsyncIterable<Buffer>) hash.update(chunk);
    return hash.digest('hex');
  }

  #order(): readonly string[] {
    if (!existsSync(this.#orderFile)) return [];
    return JSON.parse(readFileSync(this.#orderFile, 'utf8')) as string[];
  }

  #remember(name: string): void {
    this.#saveOrder([...this.#order().filter((known) => known !== name), name]);
  }

  #saveOrder(order: readonly string[]): void {
    writeFileSync(`${this.#orderFile}.new`, JSON.stringify(order));
    renameSync(`${this.#orderFile}.new`, this.#orderFile);
  }
}
