import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageRecord, ImageVersion } from '../../../core/image.js';
import type { ImageStore } from '../../../core/ports/image-store.js';
import type { Stores } from '../../../store/index.js';
import { ROTATED } from '../../../store/images/rotation.js';
import { codeOfRejected } from '../support/rejected.js';
import { START_MS, newFolder, removeFolders, seeded, startStores } from '../support/store-folder.js';

const PORT = 'aus-1:1/1';

async function* streamOf(...parts: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield typeof part === 'string' ? Buffer.from(part) : part;
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts).toString('latin1');
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('FileImageStore', () => {
  let dataDir: string;
  let stores: Stores;
  let images: ImageStore;

  beforeEach(async () => {
    dataDir = await newFolder();
    ({ stores } = await startStores(dataDir));
    images = stores.images;
  });

  afterEach(async () => {
    await stores.stop();
  });

  after(removeFolders);

  function put(version: ImageVersion, text: string, portId = PORT): Promise<ImageRecord> {
    return images.put({ portId, version, fileName: `${version.replaceAll(' ', '-')}.bin`, content: streamOf(text) });
  }

  const pathOf = (text: string): string => join(dataDir, 'images', sha256(text).slice(0, 2), sha256(text));
  const stored = (): readonly string[] =>
    readdirSync(join(dataDir, 'images'), { recursive: true, encoding: 'utf8' }).filter((name) => /\w{64}$/.test(name));

  it('remembers which hash of the vendor it was compared with, also after it has moved', async () => {
    const hex = '25f9e794323b453885f5181f1b624d0b';
    const put = { portId: PORT, fileName: 'a.bin', content: streamOf('123456789') };
    const record = await images.put({ ...put, version: 'candidate', expected: { algorithm: 'md5', hex } });
    expect(record.vendorHash).to.equal('md5');
    expect((await images.copy(record, { portId: PORT, version: 'gold' })).vendorHash).to.equal('md5');
    await images.promote(PORT, 'candidate', 'job-1');
    expect((await images.get(PORT, 'current'))?.vendorHash).to.equal('md5');
    const plain = await images.put({ ...put, version: 'candidate', content: streamOf('x') });
    expect(plain).not.to.have.property('vendorHash');
    expect(await images.get(PORT, 'candidate')).not.to.have.property('vendorHash');
  });

  it('stores by content, with every hash, and reads it back as often as wanted', async () => {
    const content = streamOf('123', '456', '789');
    const record = await images.put({ portId: PORT, version: 'candidate', fileName: 'c1700-y-mz.123-1a.bin', content });
    expect(record).to.deep.equal({
      portId: PORT,
      version: 'candidate',
      fileName: 'c1700-y-mz.123-1a.bin',
      sizeBytes: 9,
      sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
      md5: '25f9e794323b453885f5181f1b624d0b',
      crc32: 'cbf43926',
      storedAtMs: START_MS,
    });
    expect(await images.get(PORT, 'candidate')).to.deep.equal(record);
    expect(readFileSync(pathOf('123456789'), 'latin1')).to.equal('123456789');
    expect(readdirSync(join(dataDir, 'images', 'incoming'))).to.deep.equal([]);
    const source = images.source(record);
    expect([source.fileName, source.sizeBytes]).to.deep.equal(['c1700-y-mz.123-1a.bin', 9]);
    expect(await collect(source.open())).to.equal('123456789');
    const ranges = [
      { offset: 4 },
      { offset: 2, endOffset: 5 },
      { endOffset: 1 },
      { offset: 9 },
      { offset: 3, endOffset: 3 },
    ];
    const parts = await Promise.all(ranges.map((range) => collect(source.open(range))));
    expect(parts).to.deep.equal(['56789', '345', '1', '', '']);
    expect(await images.rehash(record)).to.equal(record.sha256);
  });

  it('compares with the hash that was expected and stores nothing else', async () => {
    const base = { portId: PORT, version: 'candidate', fileName: 'os.bin' };
    const hexes = { sha256: sha256('x'), sha512: '', md5: createHash('md5').update('x').digest('hex') };
    hexes.sha512 = createHash('sha512').update('x').digest('hex');
    for (const algorithm of ['sha256', 'sha512', 'md5'] as const) {
      const wrong = { algorithm, hex: '0'.repeat(hexes[algorithm].length) };
      const refused = images.put({ ...base, content: streamOf('x'), expected: wrong });
      expect(await codeOfRejected(refused)).to.equal('IMAGE_HASH_MISMATCH');
      expect(await images.list(PORT)).to.deep.equal([]);
      expect(stored()).to.deep.equal([]);
    }
    for (const algorithm of ['sha256', 'sha512', 'md5'] as const) {
      const right = { algorithm, hex: hexes[algorithm].toUpperCase() };
      expect((await images.put({ ...base, content: streamOf('x'), expected: right })).sha256).to.equal(sha256('x'));
    }
    expect(readdirSync(join(dataDir, 'images', 'incoming'))).to.deep.equal([]);
  });

  it('takes a file over several attempts, and over a restart', async () => {
    const place = { portId: PORT, version: 'archive', fileName: 'x.bin' };
    const first = await images.receive('job-1', place);
    await first.sink.write(Buffer.from('123456'));
    await first.sink.truncate(4);
    await first.close();
    await stores.stop();
    ({ stores } = await startStores(dataDir));
    images = stores.images;
    const second = await images.receive('job-1', place);
    expect(second.sink.heldBytes).to.equal(4);
    await second.sink.write(Buffer.from('56789'));
    const hex = createHash('sha512').update('123456789').digest('hex');
    const record = await second.keep({ algorithm: 'sha512', hex });
    expect(record).to.include({ version: 'archive 1', sizeBytes: 9, sha256: sha256('123456789'), crc32: 'cbf43926' });
    const wrong = await images.receive('job-2', place);
    await wrong.sink.write(Buffer.from('123'));
    expect(await codeOfRejected(wrong.keep({ algorithm: 'sha512', hex }))).to.equal('IMAGE_HASH_MISMATCH');
    expect(readdirSync(join(dataDir, 'images', 'partial'))).to.deep.equal([]);
    expect((await images.list(PORT)).map(({ version }) => version)).to.deep.equal(['archive 1']);
  });

  it('copies by reference, and files into the archive from its newest on', async () => {
    const a = await put('candidate', 'a');
    const b = await put('standard', 'b');
    expect(await images.copy(a, { portId: PORT, version: 'archive' })).to.include({ version: 'archive 1' });
    expect(await images.copy(b, { portId: PORT, version: 'archive' })).to.include({ version: 'archive 1' });
    expect(await images.copy(b, { portId: 'aus-1:1/2', version: 'candidate' })).to.include({ sha256: sha256('b') });
    const shown = (await images.list(PORT)).map(({ version, sha256: hex }) => [version, hex]);
    expect(shown).to.deep.equal([
      ['candidate', sha256('a')],
      ['archive 1', sha256('b')],
      ['archive 2', sha256('a')],
      ['standard', sha256('b')],
    ]);
    const gone = { ...a, sha256: '0'.repeat(64) };
    expect(await codeOfRejected(images.copy(gone, { portId: PORT, version: 'other' }))).to.equal('IMAGE_UNKNOWN');
    await images.delete(PORT, 'standard');
    await images.delete(PORT, 'candidate');
    expect(stored()).to.have.lengthOf(2);
  });

  it('refuses names and versions that are none before it reads a byte', async () => {
    const unread: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => {
        throw new Error('was read');
      },
    };
    for (const version of ['', 'archive 1', 'archive 21', 'ten_chars_', 'a b', '../x', 'ä']) {
      const refused = images.put({ portId: PORT, version, fileName: 'x.bin', content: unread });
      expect(await codeOfRejected(refused), version).to.equal('IMAGE_VERSION_INVALID');
    }
    for (const fileName of [
      '',
      '.',
      '..',
      '.hidden',
      '-rf',
      'a/b',
      'a\\b',
      'a b',
      'a\n',
      'a;b',
      'ä',
      'x'.repeat(129),
    ]) {
      const refused = images.put({ portId: PORT, version: 'candidate', fileName, content: unread });
      expect(await codeOfRejected(refused), fileName).to.equal('IMAGE_NAME_INVALID');
    }
    for (let n = 1; n <= 6; n += 1) await put(`name_${n}`, 'x');
    const seventh = images.put({ portId: PORT, version: 'name_7', fileName: 'x.bin', content: unread });
    expect(await codeOfRejected(seventh)).to.equal('IMAGE_TOO_MANY_NAMED');
    await put('name_6', 'replaced');
    await put('name_7', 'x', 'other port');
  });

  it('leaves nothing of a stream that breaks off', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('the sender went away');
    };
    const refused = images.put({ portId: PORT, version: 'candidate', fileName: 'x.bin', content: broken() });
    expect(await codeOfRejected(refused)).to.equal('STORE_FAILED');
    expect(stored()).to.deep.equal([]);
    expect(readdirSync(join(dataDir, 'images', 'incoming'))).to.deep.equal([]);
  });

  it('collects what no version stands for, never what is being read', async () => {
    const record = await put('candidate', 'first');
    await put('kept', 'first');
    await put('candidate', 'second');
    expect(stored()).to.have.length(2);
    const reading = images.source(record).open()[Symbol.asyncIterator]();
    await reading.next();
    await images.delete(PORT, 'kept');
    expect(existsSync(pathOf('first'))).to.be.true;
    expect((await reading.next()).done).to.be.true;
    expect(existsSync(pathOf('first'))).to.be.false;
    expect(existsSync(pathOf('second'))).to.be.true;
  });

  it('collects at the start what a crash left', async () => {
    await put('candidate', 'kept');
    const left = sha256('left');
    writeFileSync(join(dataDir, 'images', 'incoming', '7'), 'half');
    mkdirSync(join(dataDir, 'images', left.slice(0, 2)), { recursive: true });
    writeFileSync(pathOf('left'), 'left');
    await stores.stop();
    ({ stores } = await startStores(dataDir));
    images = stores.images;
    expect(stored()).to.have.length(1);
    expect(readdirSync(join(dataDir, 'images', 'incoming'))).to.deep.equal([]);
    expect(await collect(images.source((await images.get(PORT, 'candidate'))!).open())).to.equal('kept');
  });

  it('survives puts and deletes of one content at the same time', async () => {
    const rounds = Array.from({ length: 30 }, (_, n) => n);
    await Promise.all(
      rounds.map(async (n) => {
        await put('shared', 'same content', `port ${n % 5}`);
        if (n % 2 === 0) await images.delete(`port ${n % 5}`, 'shared').catch(() => undefined);
      }),
    );
    for (let port = 0; port < 5; port += 1) {
      for (const record of await images.list(`port ${port}`)) {
        expect(await collect(images.source(record).open())).to.equal('same content');
      }
    }
  });

  it('never takes a short file for a whole one, and sees damage', async () => {
    const record = await put('candidate', 'a whole image');
    writeFileSync(pathOf('a whole image'), 'a whole imagE');
    expect(await images.rehash(record)).to.equal(sha256('a whole imagE'));
    truncateSync(pathOf('a whole image'), 5);
    expect(await codeOfRejected(collect(images.source(record).open()))).to.equal('STORE_FAILED');
    // Storing it again heals it.
    await put('candidate', 'a whole image');
    expect(await images.rehash(record)).to.equal(record.sha256);
  });

  it('deletes only names and the candidate', async () => {
    await put('candidate', 'a');
    await put('current', 'b');
    await put('own', 'c');
    await images.delete(PORT, 'candidate');
    await images.delete(PORT, 'own');
    expect(await codeOfRejected(images.delete(PORT, 'own'))).to.equal('IMAGE_UNKNOWN');
    expect(await codeOfRejected(images.delete(PORT, 'current'))).to.equal('IMAGE_KEPT');
    expect((await images.list(PORT)).map((image) => image.version)).to.deep.equal(['current']);
  });

  it('promotes once a job, and only what there is', async () => {
    await put('current', 'old');
    await put('candidate', 'new');
    await images.promote(PORT, 'candidate', 'job 1');
    await put('candidate', 'newer');
    await images.promote(PORT, 'candidate', 'job 1');
    const found = (await images.list(PORT)).map((image) => [image.version, image.fileName, image.sha256]);
    expect(found).to.deep.equal([
      ['candidate', 'candidate.bin', sha256('newer')],
      ['current', 'candidate.bin', sha256('new')],
      ['previous', 'current.bin', sha256('old')],
    ]);
    expect(await codeOfRejected(images.promote(PORT, 'none', 'job 2'))).to.equal('IMAGE_UNKNOWN');
  });

  it('rotates as a simple model does', async function () {
    this.timeout(20_000);
    const seed = 1760;
    const random = seeded(seed);
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
    let model = new Map<string, string>();
    const chosen = ['candidate', 'candidate', 'candidate', 'current', 'previous', 'archive 2', 'standard'];
    for (let round = 0; round < 250; round += 1) {
      const text = `content ${Math.floor(random() * 30)}`;
      const version = pick(chosen);
      const before = model.get(version);
      if (random() < 0.4) {
        if (version === 'archive 2') continue;
        await put(version, text);
        if (version === 'current') model = promoted(model, text);
        else model.set(version, text);
      } else if (before !== undefined) {
        await images.promote(PORT, version, `job ${round}`);
        model = promoted(model, before, version);
        if (version === 'candidate') model.delete(version);
      }
      if (round % 10 > 0) continue;
      const found = new Map((await images.list(PORT)).map((image) => [image.version, image.sha256]));
      const wanted = new Map([...model].map(([name, content]) => [name, sha256(content)]));
      expect([...found].sort(), `seed ${seed} round ${round}`).to.deep.equal([...wanted].sort());
      expect(stored()).to.have.length(new Set(found.values()).size);
    }
    expect(model.has('archive 20')).to.be.true;
  });

  it('streams 200 MB in and out without holding it, and hashes off the main loop', async function () {
    this.timeout(60_000);
    const block = new Uint8Array(1024 * 1024);
    const blocks = 200;
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < blocks; n += 1) yield block;
    };
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    const record = await images.put({ portId: PORT, version: 'candidate', fileName: 'big.bin', content: content() });
    let read = 0;
    for await (const part of images.source(record).open()) read += part.length;
    let ticks = 0;
    const tick = setInterval(() => (ticks += 1), 2);
    expect(await images.rehash(record)).to.equal(record.sha256);
    clearInterval(tick);
    clearInterval(watch);
    expect(read).to.equal(blocks * block.length);
    expect(record.sizeBytes).to.equal(blocks * block.length);
    expect((most - before) / 1e6, 'MB more than before').to.be.below(80);
    expect(ticks).to.be.greaterThan(5);
  });
});

/** The model: a list of contents, newest first, where gaps take up what moves down. */
function promoted(model: ReadonlyMap<string, string>, text: string, from?: string): Map<string, string> {
  const after = new Map(model);
  if (model.get('current') === text) return after;
  if (from !== undefined && ROTATED.includes(from)) after.delete(from);
  const contents = ROTATED.map((version) => after.get(version));
  const gap = contents.indexOf(undefined);
  const moved = gap === -1 ? contents.slice(0, -1) : contents.filter((_, place) => place !== gap);
  [text, ...moved].forEach((content, place) => {
    if (content === undefined) after.delete(ROTATED[place]!);
    else after.set(ROTATED[place]!, content);
  });
  return after;
}
