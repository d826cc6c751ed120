/**
 * Who holds the line, and who may have it next (ARCHITECTURE 13). Every grant has a higher fence; whoever held before writes
 * nothing more.
 *
 *              ┌ claims ──────────────────────────────┐
 *   held by    │ job            person         poll    │  `yield`: the holder is superseded at once
 *   job        │ refuse         refuse         refuse  │  `refuse`: LINE_BUSY
 *   person     │ refuse         refuse         refuse  │  the same owner: replaces itself
 *   poll       │ yield          yield          refuse  │  `now` (persons): supersedes whoever holds
 *
 * A person may ask: a job sees that, gives the line back where it may pause, and the person has it before any other job or
 * poll. A claim with a lease ends by itself unless it is renewed: a person who went away must not keep a port from its jobs.
 */
import { fail } from '../../core/errors/index.js';
import type { ClaimKind, ClaimTerms } from '../../core/ports/console.js';

export interface Holder {
  readonly owner: string;
  readonly kind: ClaimKind;
  /** It holds the line no more: whoever reads or waits there is told. */
  superseded(): void;
}

const ON_CLAIM: Readonly<Record<ClaimKind, Readonly<Record<ClaimKind, 'yield' | 'refuse'>>>> = {
  job: { job: 'refuse', person: 'refuse', poll: 'refuse' },
  person: { job: 'refuse', person: 'refuse', poll: 'refuse' },
  poll: { job: 'yield', person: 'yield', poll: 'refuse' },
};

interface Asker<H> {
  readonly owner: string;
  readonly terms: ClaimTerms;
  readonly granted: (holder: H) => void;
}

export interface LineClaimsDeps<H extends Holder> {
  readonly portId: string;
  readonly make: (owner: string, fence: number, terms: ClaimTerms) => H;
  /** Somebody else holds the line now, or nobody. */
  readonly changed: (holder: H | undefined, before: H | undefined) => void;
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export class LineClaims<H extends Holder> {
  readonly #deps: LineClaimsDeps<H>;
  readonly #askers: Asker<H>[] = [];
  #holder: H | undefined;
  #fence = 0;
  #leaseMs: number | undefined;
  #cancelLease = (): void => undefined;

  constructor(deps: LineClaimsDeps<H>) {
    this.#deps = deps;
  }

  get holder(): H | undefined {
    return this.#holder;
  }

  /** Who asks for the line first. */
  get askedBy(): string | undefined {
    return this.#askers[0]?.owner;
  }

  /** Errors: LINE_BUSY. */
  claim(owner: string, terms: ClaimTerms): H {
    const busy = this.#busyWith(owner, terms);
    if (busy !== undefined) throw fail('LINE_BUSY', { port: this.#deps.portId, owner: busy });
    return this.#grant(owner, terms);
  }

  /** Grants at once where it can, else when the line is free; returns the way to ask no more. */
  ask(asker: Asker<H>): () => void {
    if (this.#busyWith(asker.owner, asker.terms) === undefined) {
      asker.granted(this.#grant(asker.owner, asker.terms));
      return () => undefined;
    }
    this.#askers.push(asker);
    return () => {
      const index = this.#askers.indexOf(asker);
      if (index >= 0) this.#askers.splice(index, 1);
    };
  }

  /** Nothing happens where this holder was superseded. */
  release(holder: H): void {
    if (this.#holder !== holder) return;
    const next = this.#askers.shift();
    if (next !== undefined) {
      next.granted(this.#grant(next.owner, next.terms));
      return;
    }
    this.#cancelLease();
    this.#holder = undefined;
    holder.superseded();
    this.#deps.changed(undefined, holder);
  }

  /** The holder is still there. */
  renew(holder: H): void {
    if (this.#holder !== holder || this.#leaseMs === undefined) return;
    this.#cancelLease();
    this.#cancelLease = this.#deps.after(this.#leaseMs, () => {
      this.release(holder);
    });
  }

  /** In whose way this claim is. */
  #busyWith(owner: string, { kind, now }: ClaimTerms): string | undefined {
    const held = this.#holder;
    if (held?.owner === owner || (kind === 'person' && now === true)) return undefined;
    // Whoever asks waits for a holder that yields to nobody: a free line has no askers.
    return held !== undefined && ON_CLAIM[held.kind][kind] === 'refuse' ? held.owner : undefined;
  }

  #grant(owner: string, terms: ClaimTerms): H {
    const before = this.#holder;
    this.#cancelLease();
    const holder = this.#deps.make(owner, ++this.#fence, terms);
    this.#holder = holder;
    this.#leaseMs = terms.leaseMs;
    this.renew(holder);
    before?.superseded();
    this.#deps.changed(holder, before);
    return holder;
  }
}
