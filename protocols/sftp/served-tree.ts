/** The jail: one file and the folders that its name goes through. A name is looked up here and never becomes a path. */

/** Longer names are nobody's (POSIX PATH_MAX), characters. */
const LONGEST_NAME = 4096;

export type NodeKind = 'file' | 'folder';

export class ServedTree {
  readonly #parts: readonly string[];

  /** `path`: the granted name, `3f…/image.bin`. */
  constructor(path: string) {
    this.#parts = path.split('/').filter((part) => part !== '');
  }

  /** What stands under this name, or undefined. `..` climbs to the root and no higher. */
  find(name: string): NodeKind | undefined {
    const parts = partsOf(name);
    if (parts === undefined || !this.#isOnTheWay(parts)) return undefined;
    return parts.length === this.#parts.length ? 'file' : 'folder';
  }

  /** Name of what a folder holds; undefined where `name` is none. */
  entryOf(name: string): { readonly name: string; readonly kind: NodeKind } | undefined {
    const parts = partsOf(name);
    const entry = parts === undefined ? undefined : this.#parts[parts.length];
    if (parts === undefined || entry === undefined || !this.#isOnTheWay(parts)) return undefined;
    return { name: entry, kind: parts.length + 1 === this.#parts.length ? 'file' : 'folder' };
  }

  #isOnTheWay(parts: readonly string[]): boolean {
    return parts.length <= this.#parts.length && parts.every((part, index) => part === this.#parts[index]);
  }
}

/** The name as REALPATH tells it: absolute, without `.` and `..`. Undefined for what is no name. */
export function canonicalName(name: string): string | undefined {
  const parts = partsOf(name);
  return parts === undefined ? undefined : `/${parts.join('/')}`;
}

function partsOf(name: string): readonly string[] | undefined {
  // Control characters, NUL and line ends among them, stand in no granted name.
  if (name.length > LONGEST_NAME || /\p{Cc}/u.test(name)) return undefined;
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}
