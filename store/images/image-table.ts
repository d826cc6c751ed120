/** Which content stands under which version of a port, in jobs.db. Runs in the store's thread. */
import type { Database, Statement } from 'better-sqlite3';
import { fail } from '../../core/errors/index.js';
import { MAX_NAMED_OS_FILES } from '../../core/image.js';
import type { ImageRecord, ImageVersion, VendorHash } from '../../core/image.js';
import { ROTATED, isNamed, rotate } from './rotation.js';

const COLUMNS = `port_id AS portId, version, file_name AS fileName, size_bytes AS sizeBytes, sha256, md5, crc32,
  stored_at_ms AS storedAtMs, vendor_hash AS vendorHash`;

/** A row as SQLite gives it. */
type Row = Omit<ImageRecord, 'vendorHash'> & { readonly vendorHash: VendorHash | null };

export class ImageTable {
  /** Methods that write: they go into a group commit. */
  static readonly writes: readonly string[] = ['put', 'promote', 'delete'];
  readonly #byPort: Statement<[string], Row>;
  readonly #one: Statement<[string, string], Row>;
  readonly #insert: Statement<[Row]>;
  readonly #delete: Statement<[string, string]>;
  readonly #referenced: Statement<[string], { readonly count: number }>;
  readonly #contents: Statement<[], { readonly sha256: string }>;
  readonly #promoted: Statement<[string], { readonly job_id: string }>;
  readonly #addPromotion: Statement<[string, string, number]>;

  constructor(database: Database) {
    this.#byPort = database.prepare(`SELECT ${COLUMNS} FROM images WHERE port_id = ?`);
    this.#one = database.prepare(`SELECT ${COLUMNS} FROM images WHERE port_id = ? AND version = ?`);
    this.#insert = database.prepare(
      'INSERT INTO images VALUES (:portId, :version, :fileName, :sizeBytes, :sha256, :md5, :crc32, :storedAtMs, :vendorHash)',
    );
    this.#delete = database.prepare('DELETE FROM images WHERE port_id = ? AND version = ?');
    this.#referenced = database.prepare('SELECT count(*) AS count FROM images WHERE sha256 = ?');
    this.#contents = database.prepare('SELECT DISTINCT sha256 FROM images');
    this.#promoted = database.prepare('SELECT job_id FROM promotions WHERE job_id = ?');
    this.#addPromotion = database.prepare('INSERT INTO promotions VALUES (?, ?, ?)');
  }

  get(portId: string, version: ImageVersion): ImageRecord | undefined {
    const row = this.#one.get(portId, version);
    return row && recordOf(row);
  }

  /** Candidate, then current, previous and archives from new to old, then names. */
  list(portId: string): readonly ImageRecord[] {
    const place = ({ version }: ImageRecord): number =>
      version === 'candidate' ? -1 : isNamed(version) ? ROTATED.length : ROTATED.indexOf(version);
    return this.#all(portId).sort((a, b) => place(a) - place(b) || (a.version < b.version ? -1 : 1));
  }

  /** Refuses a seventh name before its content is read. */
  checkRoom(portId: string, version: ImageVersion): void {
    if (!isNamed(version) || this.get(portId, version)) return;
    const named = this.#all(portId).filter((image) => isNamed(image.version)).length;
    if (named >= MAX_NAMED_OS_FILES) throw fail('IMAGE_TOO_MANY_NAMED', { port: portId, limit: MAX_NAMED_OS_FILES });
  }

  /** Stores under a version; other content under `current` rotates what stood there (as a pull of the running OS does). Returns what stands there now. */
  put(image: ImageRecord): ImageRecord {
    this.checkRoom(image.portId, image.version);
    if (image.version === 'archive') {
      this.#rotate(image.portId, image, { into: 'archive 1' });
      return { ...image, version: 'archive 1' };
    }
    const before = this.get(image.portId, image.version);
    if (image.version === 'current' && before && before.sha256 !== image.sha256) this.#rotate(image.portId, image);
    else this.#place(image);
    return image;
  }

  promote(portId: string, version: ImageVersion, jobId: string, atMs: number): void {
    if (this.#promoted.get(jobId)) return;
    const image = this.get(portId, version);
    if (!image) throw fail('IMAGE_UNKNOWN', { port: portId, version });
    if (this.get(portId, 'current')?.sha256 !== image.sha256) this.#rotate(portId, image, { from: version });
    if (version === 'candidate') this.#delete.run(portId, version);
    this.#addPromotion.run(jobId, portId, atMs);
  }

  delete(portId: string, version: ImageVersion): void {
    if (!isNamed(version) && version !== 'candidate') throw fail('IMAGE_KEPT', { port: portId, version });
    if (this.#delete.run(portId, version).changes === 0) throw fail('IMAGE_UNKNOWN', { port: portId, version });
  }

  isReferenced(sha256: string): boolean {
    return (this.#referenced.get(sha256)?.count ?? 0) > 0;
  }

  /** Every content that some version stands for. */
  contents(): readonly string[] {
    return this.#contents.all().map((row) => row.sha256);
  }

  #all(portId: string): ImageRecord[] {
    return this.#byPort.all(portId).map(recordOf);
  }

  #rotate(portId: string, newest: ImageRecord, how?: Parameters<typeof rotate>[2]): void {
    const rotated = this.#all(portId).filter((image) => ROTATED.includes(image.version));
    const before = new Map(rotated.map((image) => [image.version, image]));
    const after = rotate(before, newest, how);
    for (const version of before.keys()) this.#delete.run(portId, version);
    for (const [version, image] of after) this.#place({ ...image, portId, version });
  }

  #place(image: ImageRecord): void {
    this.#delete.run(image.portId, image.version);
    this.#insert.run({ ...image, vendorHash: image.vendorHash ?? null });
  }
}

function recordOf({ vendorHash, ...image }: Row): ImageRecord {
  return vendorHash === null ? image : { ...image, vendorHash };
}
