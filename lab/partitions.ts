/**
 * The image partitions of a switch, one pair a slot, and which of them is selected and booted. They stay through power
 * cycles and through restarts of the process.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PARTITION_NAMES = ['primary', 'secondary'] as const;
export type PartitionName = (typeof PARTITION_NAMES)[number];

export interface InstalledImage {
  readonly fileName: string;
  /** `16.2.5.4`, or `16.2.5.4-patch1-31`. */
  readonly version: string;
  /** As the switch lists it. */
  readonly installed: string;
  /** File names of modular packages installed on top. A new core image takes them away. */
  readonly modules: readonly string[];
}

export interface Slot {
  readonly images: Readonly<Record<PartitionName, InstalledImage>>;
  readonly selected: PartitionName;
  readonly booted: PartitionName;
}

export interface PartitionsSpec {
  /** 1 is a switch alone; more are a stack. */
  readonly slots: number;
  readonly images: Readonly<Record<PartitionName, { readonly fileName: string; readonly version: string }>>;
  readonly booted: PartitionName;
}

interface PartitionsFile {
  readonly bootCount: number;
  readonly slots: readonly Slot[];
}

/** Boots that a switch has behind it when the lab meets it. */
const FACTORY_BOOTS = 15;

export class Partitions {
  readonly #file: string;
  #state: PartitionsFile;

  constructor(deviceFolder: string, spec: PartitionsSpec) {
    this.#file = join(deviceFolder, 'partitions.json');
    const of = (name: PartitionName): InstalledImage => ({
      ...spec.images[name],
      ...{ installed: 'Thu Jun 19 15:29:02 UTC 2014', modules: [] },
    });
    const images = { primary: of('primary'), secondary: of('secondary') };
    const slot = (): Slot => ({ images, selected: spec.booted, booted: spec.booted });
    this.#state = { bootCount: FACTORY_BOOTS, slots: Array.from({ length: spec.slots }, slot) };
  }

  /** Reads what is there; a new device keeps its factory state. */
  open(): void {
    if (existsSync(this.#file)) this.#state = JSON.parse(readFileSync(this.#file, 'utf8')) as PartitionsFile;
    else this.#save(this.#state);
  }

  get bootCount(): number {
    return this.#state.bootCount;
  }

  get slots(): readonly Slot[] {
    return this.#state.slots;
  }

  /** The slot that answers: the only one, or the master of a stack. */
  get master(): Slot {
    const [master] = this.#state.slots;
    if (master === undefined) throw new Error('a switch has a slot');
    return master;
  }

  get isAligned(): boolean {
    return this.slots.every(({ selected }) => selected === this.master.selected);
  }

  /** A core image replaces everything on the partition; it is the one that boots next. `only`: on one slot. */
  install(partition: PartitionName, image: InstalledImage, only?: number): void {
    this.#change((slot, index) =>
      only !== undefined && only !== index
        ? slot
        : { ...slot, images: { ...slot.images, [partition]: image }, selected: partition },
    );
  }

  addModule(partition: PartitionName, fileName: string, only?: number): void {
    this.#change((slot, index) => {
      if (only !== undefined && only !== index) return slot;
      const { modules, ...image } = slot.images[partition];
      const next = [...modules.filter((name) => name !== fileName), fileName];
      return { ...slot, images: { ...slot.images, [partition]: { ...image, modules: next } } };
    });
  }

  /** `except`: index of a slot that does not follow. */
  select(partition: PartitionName, except?: number): void {
    this.#change((slot, index) => (index === except ? slot : { ...slot, selected: partition }));
  }

  /** One slot alone, behind the others' back. */
  selectOf(index: number, partition: PartitionName): void {
    this.#change((slot, at) => (at === index ? { ...slot, selected: partition } : slot));
  }

  /** The image on a partition says it has another version. */
  renumber(partition: PartitionName, version: string): void {
    this.#change((slot) => ({
      ...slot,
      images: { ...slot.images, [partition]: { ...slot.images[partition], version } },
    }));
  }

  /** Of what runs. */
  loseModules(): void {
    this.#change((slot) => ({
      ...slot,
      images: { ...slot.images, [slot.booted]: { ...slot.images[slot.booted], modules: [] } },
    }));
  }

  /** The selected partitions run now. `stays`: every slot boots what it ran before. */
  boot(stays = false): void {
    const slots = this.slots.map((slot) => (stays ? slot : { ...slot, booted: slot.selected }));
    this.#save({ bootCount: this.bootCount + 1, slots });
  }

  #change(change: (slot: Slot, index: number) => Slot): void {
    this.#save({ ...this.#state, slots: this.slots.map(change) });
  }

  #save(state: PartitionsFile): void {
    this.#state = state;
    writeFileSync(`${this.#file}.new`, JSON.stringify(state, undefined, 1));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

export function otherPartition(name: PartitionName): PartitionName {
  return name === 'primary' ? 'secondary' : 'primary';
}

/** `16.2.5.4-patch1-31` → `16.2.5.4` and `patch1-31`; the second is empty without a patch. */
export function splitVersion(version: string): { readonly base: string; readonly patch: string } {
  const [base = '', ...patch] = version.split('-');
  return { base, patch: patch.join('-') };
}
