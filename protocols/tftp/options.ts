/**
 * What a client asks and a server grants: RFC 2347 (rules), RFC 2348 (blksize), RFC 2349 (timeout, tsize), RFC 7440
 * (windowsize), and tftp-hpa's `rollover`. Options that are not known are left out of the answer, as RFC 2347 wants.
 */
import type { RolloverTo } from './block-number.js';
import type { TftpOptions } from './packet.js';
import type { TftpRequest } from './transfer-io.js';

/** Without options: RFC 1350. */
export const DEFAULT_BLOCK_BYTES = 512;

export interface TransferTerms {
  readonly blockBytes: number;
  /** Blocks sent before an acknowledgement is awaited. */
  readonly windowBlocks: number;
  /** Asked retransmission time, ms; absent: not negotiated. */
  readonly timeoutMs?: number;
  readonly rolloverTo: RolloverTo;
  /** Length of the file where it was told. */
  readonly sizeBytes?: number;
}

export const DEFAULT_TERMS: TransferTerms = { blockBytes: DEFAULT_BLOCK_BYTES, windowBlocks: 1, rolloverTo: 0 };

export interface GrantLimits {
  readonly maxBlockBytes: number;
  readonly maxWindowBlocks: number;
  /**
   * Most bytes in flight. A client's socket buffer holds about 200 kB with the kernel's own weight on small datagrams;
   * a window beyond it loses its tail each time (atftpd at 8192 × 16: 0.3 MB/s). One block always fits.
   */
  readonly maxWindowBytes: number;
}

export const DEFAULT_GRANT_LIMITS: GrantLimits = {
  maxBlockBytes: 65_464,
  maxWindowBlocks: 64,
  maxWindowBytes: 65_536,
};

/** RFC 2348: 8…65464. */
const BLKSIZE = { least: 8, most: 65_464 };
/** RFC 2349: 1…255 seconds. */
const TIMEOUT_SECONDS = { least: 1, most: 255 };
/** RFC 2349: bytes. */
const TSIZE = { least: 0, most: Number.MAX_SAFE_INTEGER };
/** RFC 7440: 1…65535 blocks. */
const WINDOWSIZE = { least: 1, most: 65_535 };

export interface Grant {
  readonly terms: TransferTerms;
  /** What the OACK says; empty: no OACK is sent. */
  readonly granted: TftpOptions;
}

/**
 * Server side: grants each option that is known and within its range, less where our limits are lower. `sizeBytes` is the
 * length of a file that is fetched; absent for one that is brought.
 */
export function grantOptions(asked: TftpOptions, sizeBytes: number | undefined, limits: GrantLimits): Grant {
  const granted = new Map<string, string>();
  let terms = DEFAULT_TERMS;
  const blockBytes = within(asked.get('blksize'), BLKSIZE);
  if (blockBytes !== undefined) {
    terms = { ...terms, blockBytes: Math.min(blockBytes, limits.maxBlockBytes) };
    granted.set('blksize', String(terms.blockBytes));
  }
  const timeout = within(asked.get('timeout'), TIMEOUT_SECONDS);
  if (timeout !== undefined) {
    terms = { ...terms, timeoutMs: timeout * 1000 };
    granted.set('timeout', String(timeout));
  }
  const told = within(asked.get('tsize'), TSIZE);
  if (told !== undefined) {
    // Of a file that is to come the client tells it, and is told the same (RFC 2349); 0 there means that it does not know.
    granted.set('tsize', String(sizeBytes ?? told));
    if (sizeBytes !== undefined || told > 0) terms = { ...terms, sizeBytes: sizeBytes ?? told };
  }
  const windowBlocks = within(asked.get('windowsize'), WINDOWSIZE);
  if (windowBlocks !== undefined) {
    const fitting = Math.max(1, Math.floor(limits.maxWindowBytes / terms.blockBytes));
    terms = { ...terms, windowBlocks: Math.min(windowBlocks, limits.maxWindowBlocks, fitting) };
    granted.set('windowsize', String(terms.windowBlocks));
  }
  const rollover = asked.get('rollover');
  if (rollover === '0' || rollover === '1') {
    terms = { ...terms, rolloverTo: rollover === '1' ? 1 : 0 };
    granted.set('rollover', rollover);
  }
  return { terms, granted };
}

/**
 * Client side: the terms of an OACK, or why it cannot be accepted. RFC 2347: a server may answer only what was asked;
 * blksize and windowsize may be less than asked, never more; timeout must be the same (RFC 2349).
 */
export function acceptOptions(asked: TftpOptions, answered: TftpOptions): TransferTerms | string {
  let terms = DEFAULT_TERMS;
  for (const [name, value] of answered) {
    const wanted = asked.get(name);
    if (wanted === undefined) return `${name} was not asked for`;
    const next = acceptOption(terms, name, value, wanted);
    if (next === undefined) return `${name} ${value} does not answer ${wanted}`;
    terms = next;
  }
  return terms;
}

function acceptOption(terms: TransferTerms, name: string, value: string, wanted: string): TransferTerms | undefined {
  switch (name) {
    case 'blksize': {
      const blockBytes = within(value, { ...BLKSIZE, most: Number(wanted) });
      return blockBytes === undefined ? undefined : { ...terms, blockBytes };
    }
    case 'windowsize': {
      const windowBlocks = within(value, { ...WINDOWSIZE, most: Number(wanted) });
      return windowBlocks === undefined ? undefined : { ...terms, windowBlocks };
    }
    case 'timeout':
      return value === wanted ? { ...terms, timeoutMs: Number(value) * 1000 } : undefined;
    case 'tsize': {
      const sizeBytes = within(value, TSIZE);
      return sizeBytes === undefined ? undefined : { ...terms, sizeBytes };
    }
    case 'rollover':
      return value === '0' || value === '1' ? { ...terms, rolloverTo: value === '1' ? 1 : 0 } : undefined;
    default:
      return terms;
  }
}

function within(text: string | undefined, range: { least: number; most: number }): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= range.least && value <= range.most ? value : undefined;
}

/** The options of a request; `sizeBytes` is told where we send. */
export function askedOptions(request: TftpRequest, sizeBytes = 0): TftpOptions {
  const { blockBytes, windowBlocks, timeoutSeconds, askSize, rolloverTo } = request;
  const asked: (readonly [string, number | undefined])[] = [
    ['blksize', blockBytes],
    ['timeout', timeoutSeconds],
    ['tsize', askSize === true ? sizeBytes : undefined],
    ['windowsize', windowBlocks],
    ['rollover', rolloverTo],
  ];
  return new Map(asked.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}
