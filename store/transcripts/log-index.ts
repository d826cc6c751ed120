/**
 * Where in a log the lines of a key are: one JSON array a chunk, appended after the chunk itself. The index only says where
 * to look: bytes that it does not cover (a crash between the two appends, a torn index) are read and sorted out by their lines.
 */

/** Bytes `offset` to `offset + length` of a log hold whole lines of one key. */
export interface Chunk {
  readonly offset: number;
  readonly length: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly key: string;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface ChunkFilter {
  readonly key: string;
  readonly sinceMs?: number;
}

/** Ranges closer than this are read as one: a seek costs more than the bytes between. */
const BRIDGED_BYTES = 32 * 1024;
/** Longest range read at once: about 10 ms of parsing on the main loop. */
const RANGE_LIMIT_BYTES = 512 * 1024;

/** What is appended to an index. It starts a line of its own: the one before may be torn. */
export function encodeChunks(chunks: readonly Chunk[]): string {
  const lines = chunks.map((chunk) => [chunk.offset, chunk.length, chunk.firstMs, chunk.lastMs, chunk.key]);
  return `\n${lines.map((line) => `${JSON.stringify(line)}\n`).join('')}`;
}

/** Chunks of an index in order; lines that are none (torn) are left out. */
export function decodeIndex(text: string): Chunk[] {
  return text.split('\n').flatMap((line) => decodeChunk(line) ?? []);
}

/** What must be read for this key, in order of offset. */
export function rangesFor(chunks: readonly Chunk[], sizeBytes: number, filter: ChunkFilter): ByteRange[] {
  const ranges: ByteRange[] = [];
  let coveredTo = 0;
  for (const chunk of chunks) {
    if (chunk.offset < coveredTo || chunk.offset + chunk.length > sizeBytes) continue;
    addRange(ranges, { offset: coveredTo, length: chunk.offset - coveredTo });
    coveredTo = chunk.offset + chunk.length;
    if (chunk.key === filter.key && chunk.lastMs >= (filter.sinceMs ?? -Infinity)) addRange(ranges, chunk);
  }
  addRange(ranges, { offset: coveredTo, length: sizeBytes - coveredTo });
  return ranges;
}

function addRange(ranges: ByteRange[], { offset, length }: ByteRange): void {
  if (length <= 0) return;
  const last = ranges.at(-1);
  const joined = last ? offset + length - last.offset : Infinity;
  const isNear = last !== undefined && offset - (last.offset + last.length) <= BRIDGED_BYTES;
  if (last && isNear && joined <= RANGE_LIMIT_BYTES)
    ranges[ranges.length - 1] = { offset: last.offset, length: joined };
  else ranges.push({ offset, length });
}

function decodeChunk(line: string): Chunk | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (!Array.isArray(value) || value.length !== 5) return undefined;
    const [offset, length, firstMs, lastMs, key] = value as unknown[];
    const numbers = [offset, length, firstMs, lastMs].every((part) => typeof part === 'number');
    if (!numbers || typeof key !== 'string') return undefined;
    return { offset, length, firstMs, lastMs, key } as Chunk;
  } catch {
    return undefined;
  }
}
