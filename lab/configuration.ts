/** A configuration in IOS form: lines, some with indented lines below them. */

interface Block {
  readonly head: string;
  readonly body: string[];
}

/** Lines of which a device keeps one at a time, by their first word. */
const SINGLE = ['hostname'];
const BOOT_START = 'boot-start-marker';

export class Configuration {
  readonly #blocks: Block[] = [];

  constructor(lines: readonly string[]) {
    for (const line of lines) {
      const last = this.#blocks.at(-1);
      if (line.startsWith(' ') && last !== undefined) last.body.push(line.trim());
      else this.#blocks.push({ head: line, body: [] });
    }
  }

  lines(): readonly string[] {
    return this.#blocks.flatMap((block) => [block.head, ...block.body.map((line) => ` ${line}`)]);
  }

  copy(): Configuration {
    return new Configuration(this.lines());
  }

  get hostname(): string {
    return this.#heads('hostname ')[0] ?? '';
  }

  /** Targets of the `boot system` lines, first wins: `flash:c1700-y-mz.123-9.bin`. A switch has several in one line. */
  get bootTargets(): readonly string[] {
    return this.#heads('boot system ').flatMap((line) => line.split(';'));
  }

  get logsToConsole(): boolean {
    return !this.has('no logging console');
  }

  /** Lines below a head, as they are written. */
  bodyOf(head: string): readonly string[] {
    return this.#blocks.find((block) => block.head === head)?.body ?? [];
  }

  /** One line of its kind below a head: another one, or none. True where something changed. */
  setSingle(kind: string, line: string | undefined, section: string): boolean {
    const before = this.lines().join('\n');
    const block = this.#blocks.find((candidate) => candidate.head === section);
    const kept = (block?.body ?? []).filter((present) => !present.startsWith(`${kind} `));
    if (block !== undefined) block.body.splice(0, block.body.length, ...kept);
    if (line !== undefined) this.#setBody(line, section);
    return this.lines().join('\n') !== before;
  }

  has(head: string): boolean {
    return this.#blocks.some((block) => block.head === head);
  }

  /** Takes one line as typed; `section` is the head under which it stands. True where something changed. */
  set(line: string, section?: string): boolean {
    const before = this.lines().join('\n');
    if (section === undefined) this.#setHead(line);
    else this.#setBody(line, section);
    return this.lines().join('\n') !== before;
  }

  #setHead(line: string): void {
    if (line.startsWith('no ')) {
      this.#removeHeads(line.slice('no '.length), line);
      return;
    }
    const firstWord = line.split(' ')[0] ?? '';
    if (SINGLE.includes(firstWord)) this.#remove((head) => head.startsWith(`${firstWord} `));
    this.#remove((head) => head === `no ${line}`);
    if (this.has(line)) return;
    this.#blocks.splice(this.#placeFor(line), 0, { head: line, body: [] });
  }

  /** `no X` takes X and its longer forms away; where X was never written, `no X` itself is kept (a default put off). */
  #removeHeads(negated: string, line: string): void {
    const matches = (head: string): boolean => head === negated || head.startsWith(`${negated} `);
    if (this.#blocks.some((block) => matches(block.head))) this.#remove(matches);
    else if (!negated.startsWith('boot ') && !this.has(line))
      this.#blocks.splice(this.#end(), 0, { head: line, body: [] });
  }

  #setBody(line: string, section: string): void {
    const block = this.#blocks.find((candidate) => candidate.head === section);
    if (block === undefined) {
      this.#blocks.splice(this.#end(), 0, { head: section, body: [line] });
      return;
    }
    const opposite = line.startsWith('no ') ? line.slice('no '.length) : `no ${line}`;
    const kept = block.body.filter((present) => present !== opposite && present !== line);
    block.body.splice(0, block.body.length, ...kept, line);
  }

  #heads(prefix: string): readonly string[] {
    return this.#blocks
      .filter((block) => block.head.startsWith(prefix))
      .map((block) => block.head.slice(prefix.length));
  }

  #remove(test: (head: string) => boolean): void {
    const kept = this.#blocks.filter((block) => !test(block.head));
    this.#blocks.splice(0, this.#blocks.length, ...kept);
  }

  #placeFor(line: string): number {
    const start = this.#blocks.findIndex((block) => block.head === BOOT_START);
    if (!line.startsWith('boot system ') || start === -1) return this.#end();
    return start + 1 + this.bootTargets.length;
  }

  #end(): number {
    const end = this.#blocks.findIndex((block) => block.head === 'end');
    return end === -1 ? this.#blocks.length : end;
  }
}
