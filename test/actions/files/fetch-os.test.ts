import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { Catalog } from '../../../actions/index.js';
import { fail } from '../../../core/errors/index.js';
import type { FileSink, MovedFile, RemoteFile, TransferClient } from '../../../core/ports/transfer.js';
import { FileWorld, PORT_ID } from './file-world.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const TEXT = 'an image of some length';
const URL = 'http://files.example/images/c1700.bin';

/** Each attempt is one row: what it adds and how it ends. */
type Row = { readonly from?: number; readonly adds: string; readonly error?: Error };

class ScriptedClient implements TransferClient {
  readonly held: number[] = [];
  readonly asked: RemoteFile[] = [];
  readonly #rows: Row[];

  constructor(rows: readonly Row[]) {
    this.#rows = [...rows];
  }

  async get(remote: RemoteFile, sink: FileSink): Promise<MovedFile> {
    this.held.push(sink.heldBytes);
    this.asked.push(remote);
    const row = this.#rows.shift();
    if (row === undefined) throw new Error('one attempt too many');
    const whole = sink.heldBytes === 0;
    await sink.write(Buffer.from(row.adds));
    if (row.error !== undefined) throw row.error;
    return { bytes: sink.heldBytes, ...(whole ? { sha256: sha256(row.adds) } : {}) };
  }

  put(): Promise<MovedFile> {
    return Promise.reject(new Error('nothing is sent'));
  }
}

const broken = (): Error => fail('TRANSFER_TRANSPORT', { method: 'http', reason: 'the connection was reset' });

describe('fetchOs', () => {
  let world: FileWorld | undefined;
  afterEach(() => world?.close());

  const fetching = async (client: TransferClient, method = 'http'): Promise<FileWorld> =>
    (world = await FileWorld.open({ [method]: client }, { vendor: { username: 'me', password: 'hunter2' } }));

  it('stores what came, with its hash, and tells', async () => {
    const client = new ScriptedClient([{ adds: TEXT }]);
    const { run, images, story, attempts } = bound(await fetching(client));
    const end = await run('fetchOs', { url: `${URL}?v=1`, version: 'candidate', credentials: 'vendor' });
    const stored = `c1700.bin as os candidate of 1/1: ${TEXT.length} bytes, SHA-256 ${sha256(TEXT)}`;
    expect(end).to.deep.equal({ verdict: 'succeeded', sentence: `Stored ${stored}. The device was not touched.` });
    expect(story).to.deep.equal([`Fetching ${URL}?v=1`, 'HTTP download of c1700.bin succeeded.', `Stored ${stored}`]);
    expect(client.asked).to.deep.equal([
      {
        ...{ host: 'files.example', path: '/images/c1700.bin?v=1' },
        credentials: { username: 'me', password: 'hunter2' },
      },
    ]);
    expect((await images.get(PORT_ID, 'candidate'))?.sha256).to.equal(sha256(TEXT));
    expect(attempts).to.have.lengthOf(1);
    expect(attempts[0]).to.include({ number: 1, method: 'http', bytes: TEXT.length, outcome: 'succeeded' });
  });

  it('goes on with what came where HTTP or a hash can tell that it is the same file', async () => {
    const rows = [{ adds: TEXT.slice(0, 5), error: broken() }, { adds: TEXT.slice(5) }];
    for (const [method, hash, held] of [
      ['http', undefined, [0, 5]],
      ['sftp', sha256(TEXT), [0, 5]],
    ] as const) {
      const client = new ScriptedClient(rows);
      const { run, images, slept, attempts } = bound(await fetching(client, method));
      const url = `${method}://files.example/c1700.bin`;
      const end = await run('fetchOs', { url, version: 'candidate', ...(hash === undefined ? {} : { sha256: hash }) });
      expect([method, end.verdict, client.held, slept]).to.deep.equal([method, 'succeeded', held, [2000]]);
      expect((await images.get(PORT_ID, 'candidate'))?.sha256).to.equal(sha256(TEXT));
      expect(attempts.map(({ outcome }) => outcome)).to.deep.equal(['failed', 'succeeded']);
      await world?.close();
    }
    world = undefined;
  });

  it('begins anew where nothing could tell', async () => {
    const client = new ScriptedClient([{ adds: TEXT.slice(0, 5), error: broken() }, { adds: TEXT }]);
    const { run, images } = bound(await fetching(client, 'ftp'));
    const end = await run('fetchOs', { url: 'ftp://files.example/c1700.bin', version: 'candidate' });
    expect([end.verdict, client.held]).to.deep.equal(['succeeded', [0, 0]]);
    expect((await images.get(PORT_ID, 'candidate'))?.sha256).to.equal(sha256(TEXT));
  });

  it('fetches anew what two attempts made of two files, once', async () => {
    const mixed = [{ adds: 'other', error: broken() }, { adds: TEXT.slice(5) }];
    const good = bound(await fetching(new ScriptedClient([...mixed, { adds: TEXT }]), 'sftp'));
    const params = { url: 'sftp://files.example/c1700.bin', version: 'candidate', md5: md5(TEXT) };
    expect((await good.run('fetchOs', params)).verdict).to.equal('succeeded');
    await world?.close();
    const bad = bound(await fetching(new ScriptedClient([...mixed, { adds: 'again another' }]), 'sftp'));
    const end = await bad.run('fetchOs', params);
    expect(end).to.include({ verdict: 'failed', code: 'IMAGE_HASH_MISMATCH' });
    expect(await bad.images.list(PORT_ID)).to.deep.equal([]);
  });

  it('does not try again what cannot become better, and stops after the retries', async () => {
    const missing = fail('TRANSFER_REMOTE_FILE', { method: 'http', file: '/x', reason: '404' });
    const once = bound(await fetching(new ScriptedClient([{ adds: '', error: missing }])));
    const end = await once.run('fetchOs', { url: URL, version: 'candidate' });
    expect(end).to.include({ verdict: 'failed', code: 'TRANSFER_REMOTE_FILE' });
    await world?.close();
    const rows = [1, 2, 3, 4].map(() => ({ adds: '', error: broken() }));
    const often = bound(await fetching(new ScriptedClient(rows)));
    expect(await often.run('fetchOs', { url: URL, version: 'candidate' })).to.include({
      verdict: 'failed',
      code: 'TRANSFER_TRANSPORT',
    });
    expect(often.attempts).to.have.lengthOf(4);
    expect(often.slept).to.deep.equal([2000, 4000, 6000]);
  });

  it('finds what it had stored when the node stopped behind it', async () => {
    const client = new ScriptedClient([{ adds: TEXT }]);
    const { run, images } = bound(await fetching(client));
    const before = async (step: string): Promise<void> => {
      if (step !== 'keep') return;
      // As `keep` of a node that was killed before it wrote the end down.
      const incoming = await images.receive('job-1', { portId: PORT_ID, version: 'standard', fileName: 'c1700.bin' });
      await incoming.keep();
    };
    const end = await run('fetchOs', { url: URL, version: 'standard' }, before);
    expect(end.verdict).to.equal('succeeded');
    expect(client.held).to.have.lengthOf(1);
    expect(await images.list(PORT_ID)).to.have.lengthOf(1);
  });

  it('refuses a password in the URL without repeating it', () => {
    const [problem] = new Catalog().problems('fetchOs', { url: 'ftp://u:hunter2@h/x', version: 'candidate' });
    expect(problem).to.include({ pointer: '/url', got: '"ftp://u:•••@h/x"' });
    expect(new Catalog().problems('fetchOs', { url: 'ftp://u@h/x', version: 'archive 3' })).to.have.lengthOf(1);
  });
});

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function bound(world: FileWorld) {
  const { images, story, attempts, slept } = world;
  return { images, story, attempts, slept, run: world.run.bind(world) };
}
