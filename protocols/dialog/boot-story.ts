/** What is read from boot text while it runs by: milestones, boots, and the text itself. */
import type { BootTable, MilestoneRow } from '../../core/dialog-table.js';
import { BOOT_TEXT_CHARS_MAX } from './limits.js';

export class BootStory {
  readonly #rows: readonly { readonly row: MilestoneRow; readonly pattern: RegExp }[];
  readonly #banner: RegExp;
  readonly #banners = new Map<string, number>();
  /** Rows that were told already for the line that is being written. */
  #told = new Set<string>();
  readonly #text: string[] = [];
  #chars = 0;
  #milestones = 0;

  constructor(boot: BootTable) {
    this.#rows = boot.milestones.map((row) => ({ row, pattern: new RegExp(row.pattern) }));
    this.#banner = new RegExp(boot.banner);
  }

  /**
   * Boots seen. One boot may show several banners (`System Bootstrap, Version …`, then `… with N Kbytes of main memory`),
   * but each of them once: a second boot repeats one that was seen.
   */
  get boots(): number {
    return Math.max(0, ...this.#banners.values());
  }

  /** Anything of the boot's own was seen. */
  get begun(): boolean {
    return this.boots > 0 || this.#milestones > 0;
  }

  /** Everything seen, lines joined by `\n`; bounded, the beginning is kept. */
  get text(): string {
    return this.#text.join('\n');
  }

  /** Takes a finished line; returns what the story says. */
  line(line: string): readonly string[] {
    if (this.#chars < BOOT_TEXT_CHARS_MAX) this.#text.push(line);
    this.#chars += line.length + 1;
    const stories = this.#tell(line, () => true);
    this.#told = new Set();
    return stories;
  }

  /** Counts the boot that this line begins. True where it is a banner. */
  banner(line: string): boolean {
    const found = this.#banner.exec(line)?.[0];
    if (found !== undefined) this.#banners.set(found, (this.#banners.get(found) ?? 0) + 1);
    return found !== undefined;
  }

  /** Milestones in a line that is not finished yet; those that quote the line wait for its end. */
  tail(tail: string): readonly string[] {
    return this.#tell(tail, (row) => row.story?.includes('{line}') !== true);
  }

  #tell(line: string, wanted: (row: MilestoneRow) => boolean): string[] {
    const stories: string[] = [];
    for (const { row, pattern } of this.#rows) {
      const match = this.#told.has(row.id) || !wanted(row) ? null : pattern.exec(line);
      if (match === null) continue;
      this.#told.add(row.id);
      this.#milestones++;
      if (row.story !== undefined) stories.push(row.story.replaceAll('{line}', match.groups?.['line'] ?? line.trim()));
    }
    return stories;
  }
}
