/**
 * What ARCHITECTURE 13 promises of a line, said a second time and as simply as possible: who holds it, who asks for it, when a
 * lease is over. Knows nothing of the code that it is held against.
 */
export type Kind = 'job' | 'person' | 'poll';

export interface Held {
  readonly owner: string;
  readonly kind: Kind;
  readonly fence: number;
  mode: 'dialogue' | 'listenOnly' | 'person' | 'binary';
  readonly leaseMs: number | undefined;
  leaseEndMs: number;
}

interface Asked {
  readonly owner: string;
  readonly kind: Kind;
  readonly leaseMs: number | undefined;
}

export class LineModel {
  held: Held | undefined;
  readonly asked: Asked[] = [];
  fence = 0;

  /** Undefined: granted; else who is in the way. */
  claim(nowMs: number, owner: string, kind: Kind, leaseMs: number | undefined, now: boolean): string | undefined {
    const busy = this.#inTheWay(owner, kind, now);
    if (busy === undefined) this.#give(nowMs, { owner, kind, leaseMs });
    return busy;
  }

  /** True: granted at once. */
  ask(nowMs: number, owner: string, kind: Kind, leaseMs: number | undefined): boolean {
    if (this.#inTheWay(owner, kind, false) === undefined) {
      this.#give(nowMs, { owner, kind, leaseMs });
      return true;
    }
    this.asked.push({ owner, kind, leaseMs });
    return false;
  }

  release(nowMs: number, fence: number): void {
    if (this.held?.fence !== fence) return;
    const next = this.asked.shift();
    if (next === undefined) this.held = undefined;
    else this.#give(nowMs, next);
  }

  wrote(nowMs: number): void {
    const { held } = this;
    if (held?.leaseMs !== undefined) held.leaseEndMs = nowMs + held.leaseMs;
  }

  /** Ends leases up to this moment, each at its own. */
  passed(nowMs: number): void {
    while (this.held !== undefined && this.held.leaseEndMs <= nowMs)
      this.release(this.held.leaseEndMs, this.held.fence);
  }

  #inTheWay(owner: string, kind: Kind, now: boolean): string | undefined {
    const { held } = this;
    if (held !== undefined && held.owner === owner) return undefined;
    if (now && kind === 'person') return undefined;
    const yields = held === undefined || (held.kind === 'poll' && kind !== 'poll');
    return yields ? undefined : held.owner;
  }

  #give(nowMs: number, { owner, kind, leaseMs }: Asked): void {
    this.held = {
      ...{ owner, kind, leaseMs, fence: ++this.fence },
      mode: kind === 'person' ? 'person' : 'dialogue',
      leaseEndMs: leaseMs === undefined ? Infinity : nowMs + leaseMs,
    };
  }
}
