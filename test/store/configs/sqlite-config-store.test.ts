import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { CONFIG_VERSIONS } from '../../../core/config.js';
import type { ConfigStore } from '../../../core/ports/config-store.js';
import type { Stores } from '../../../store/index.js';
import { START_MS, newFolder, removeFolders, startStores } from '../support/store-folder.js';

const PORT = 'aus-1:1/1';

describe('SqliteConfigStore', () => {
  let dataDir: string;
  let stores: Stores;
  let configs: ConfigStore;
  const put = (text: string, lasting = text, type: 'running-config' | 'tech' = 'running-config') =>
    configs.put({ portId: PORT, type, text, lasting });

  beforeEach(async () => {
    dataDir = await newFolder();
    ({ stores } = await startStores(dataDir));
    ({ configs } = stores);
  });
  afterEach(() => stores.stop());
  after(removeFolders);

  it('keeps each text that differs, newest as current', async () => {
    const text = 'hostname ä\n';
    const sha256 = createHash('sha256').update(text).digest('hex');
    const record = { portId: PORT, type: 'running-config', version: 'current', sizeBytes: 12, sha256 };
    expect(await put(text)).to.deep.equal({ record: { ...record, storedAtMs: START_MS }, isNew: true });
    expect((await put('hostname b\n')).isNew).to.equal(true);
    await put('everything', 'everything', 'tech');
    expect(await configs.text(PORT, 'running-config', 'current')).to.equal('hostname b\n');
    expect(await configs.text(PORT, 'running-config', 'previous')).to.equal(text);
    expect(await configs.text(PORT, 'running-config', 'archive 1')).to.equal(undefined);
    expect(await configs.text(PORT, 'running-config', 'odd')).to.equal(undefined);
    expect((await configs.list(PORT)).map(({ type, version }) => `${type} ${version}`)).to.deep.equal([
      'running-config current',
      'running-config previous',
      'tech current',
    ]);
    expect(await configs.list('aus-1:1/2')).to.deep.equal([]);
  });

  it('makes no version of what differs on every pull only', async () => {
    await put('! at 10:00\nhostname a\n', 'hostname a\n');
    const again = await put('! at 11:00\nhostname a\n', 'hostname a\n');
    expect([again.isNew, again.record.version]).to.deep.equal([false, 'current']);
    expect(await configs.text(PORT, 'running-config', 'current')).to.include('10:00');
    await put('hostname b\n');
    expect((await put('hostname a\n')).isNew, 'a former one is a new one again').to.equal(true);
    expect(await configs.list(PORT)).to.have.lengthOf(3);
  });

  it('keeps 22 of a type, over a restart', async () => {
    for (let n = 0; n < 25; n++) await put(`hostname r${n}\n`);
    await put('kept', 'kept', 'tech');
    await stores.stop();
    ({ stores } = await startStores(dataDir));
    ({ configs } = stores);
    const running = (await configs.list(PORT)).filter(({ type }) => type === 'running-config');
    expect(running.map(({ version }) => version)).to.deep.equal(CONFIG_VERSIONS);
    expect(await configs.text(PORT, 'running-config', 'archive 20')).to.equal('hostname r3\n');
    expect(await configs.text(PORT, 'tech', 'current')).to.equal('kept');
  });
});
