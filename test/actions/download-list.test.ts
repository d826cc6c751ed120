/** A list read by the step of the action, and what a second run of a step finds after the node was killed. */
import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { downloadImage } from '../../actions/download-image/download-image.js';
import { nextPart, partsIn, partsOver, partView } from '../../actions/download-image/parts.js';
import type { StepContext } from '../../core/action.js';
import { codeOf, fail } from '../../core/errors/index.js';
import type { JsonObject } from '../../core/json.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { PORT } from './quick-world.js';
import { FakeClock } from '../support/fake-clock.js';

const ROOT = 'http://files.example.net/16.2/all.lst';

/** What these steps use of a context, around a file server and a store that are both a table. */
function world(files: Readonly<Record<string, string>>, params: JsonObject = {}) {
  const store = new Set(['candidate', '_part1', '_part2']);
  const story: string[] = [];
  const context = {
    params: { url: ROOT, ...params },
    ...{ port: PORT, driver: extremeExos, clock: new FakeClock(), attempts: [] },
    signal: new AbortController().signal,
    credentials: () => ({}),
    progress: () => undefined,
    recordAttempt: () => Promise.resolve(),
    story: (line: string) => story.push(line),
    images: {
      delete: (_port: string, version: string) =>
        store.delete(version) ? Promise.resolve() : Promise.reject(fail('IMAGE_UNKNOWN', { port: PORT.id, version })),
    },
    clients: {
      http: {
        get: async ({ path }: { path: string }, sink: { write(bytes: Uint8Array): Promise<void> }) => {
          const bytes = Buffer.from(files[path.replace('/16.2/', '')] ?? '');
          await sink.write(bytes);
          return { bytes: bytes.length };
        },
      },
    },
  } as unknown as StepContext;
  return { context, store, story };
}

async function listed(files: Readonly<Record<string, string>>, params: JsonObject = {}) {
  const { context, story } = world(files, params);
  try {
    const outcome = await downloadImage.steps['list']?.run(context, {});
    const { parts = [] } = partsIn(outcome?.memory ?? {});
    return { code: outcome?.kind === 'next' ? outcome.step : '', parts, text: story.join('\n') };
  } catch (error) {
    return { code: codeOf(error), parts: [], text: error instanceof Error ? error.message : '' };
  }
}

const LISTS = { 'all.lst': 'xmod.lst\nsummitX-16.2.5.4.xos', 'xmod.lst': 'summitX-16.2.5.4-ssh.xmod' };

describe('the list step of download image', () => {
  it('puts the core image first and gives each other file a name in the store', async () => {
    const { code, parts, text } = await listed(LISTS, { version: 'next' });
    expect(code).to.equal('fetch');
    expect(parts).to.deep.equal([
      { url: 'http://files.example.net/16.2/summitX-16.2.5.4.xos', version: 'next' },
      { url: 'http://files.example.net/16.2/summitX-16.2.5.4-ssh.xmod', version: '_part1' },
    ]);
    expect(text.split('\n').at(-1)).to.equal('2 files: summitX-16.2.5.4.xos, summitX-16.2.5.4-ssh.xmod');
  });

  it('holds a hash against the list itself', async () => {
    const sha256 = createHash('sha256').update(LISTS['all.lst']).digest('hex');
    expect((await listed(LISTS, { sha256: sha256.toUpperCase() })).code).to.equal('fetch');
    expect(await listed(LISTS, { sha256: '0'.repeat(64) })).to.include({ code: 'DOWNLOAD_LIST' });
  });

  it('refuses two core images, and files that cannot be installed', async () => {
    const two = await listed({ 'all.lst': 'summitX-16.2.5.4.xos\nsummitX-16.2.5.5.xos' });
    expect(two.code).to.equal('DOWNLOAD_LIST');
    expect(two.text).to.include('more than one core image');
    expect((await listed({ 'all.lst': 'boot.xtr' })).code).to.equal('DOWNLOAD_FILE_TYPE');
  });
});

describe('the files of a list, one after the other', () => {
  const parts = ['a.xos', 'b.xmod', 'c.xmod'].map((name, i) => ({
    ...{ url: `http://files.example.net/16.2/${name}`, version: i === 0 ? 'candidate' : `_part${String(i)}` },
  }));
  const first = { version: 'candidate', sha256: 'aa', fileName: 'a.xos', sizeBytes: 7 };

  it('are fetched without the hash that is the list’s', () => {
    const { context } = world({}, { sha256: 'ff', credentials: 'lab' });
    expect(partView(context, { parts, at: 1 }).params).to.deep.equal({ ...parts[1], credentials: 'lab' });
    expect(partView(context, {}).params).to.equal(context.params);
  });

  it('lead back to the first, with the others out of the store, also where a killed node comes here again', async () => {
    const { context, store } = world({});
    const second = nextPart(context, { ...first, parts, at: 0, expectedVersion: '16.2.5.4', verifyFailures: 2 }) ?? {};
    expect(second).to.deep.include({ at: 1, version: '_part1', first, verifyFailures: 0 });
    const third = nextPart(context, { ...second, sha256: 'bb', fileName: 'b.xmod', sizeBytes: 3 }) ?? {};
    expect(third).to.deep.include({ at: 2, version: '_part2', first });
    expect(nextPart(context, third)).to.equal(undefined);
    for (let run = 0; run < 2; run++) {
      expect(await partsOver(context, third)).to.deep.include({ ...first, expectedVersion: '16.2.5.4' });
      expect([...store]).to.deep.equal(['candidate']);
    }
  });
});
