import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readLabFile } from '../../lab/lab-file.js';

describe('lab file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portwright-labfile-'));
  const file = join(folder, 'lab.json');
  const read = (content: unknown) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return readLabFile(file);
  };
  const DEVICE = { name: 'r1', device: 'cisco-1760' };

  after(() => rmSync(folder, { recursive: true }));

  it('takes its folder from where it lies', () => {
    expect(read({ folder: './state', devices: [DEVICE] })).to.deep.equal({
      folder: join(folder, 'state'),
      devices: [DEVICE],
    });
  });

  for (const [what, content, message] of [
    ['no JSON', '{', /^.*lab\.json \/: expected a JSON file/],
    ['a newer version', { version: 2, folder: '.', devices: [] }, /\/version: expected 1, got 2$/],
    ['no folder', { devices: [] }, /\/folder: expected a folder, got nothing$/],
    ['a scale of zero', { folder: '.', timeScale: 0, devices: [] }, /\/timeScale: expected a number above 0, got 0$/],
    [
      'an unknown agent',
      { folder: '.', agent: 'ftp', devices: [] },
      /\/agent: expected "own" or "foreign", got "ftp"$/,
    ],
    ['no devices', { folder: '.' }, /\/devices: expected a list of devices, got nothing$/],
    [
      'a path for a name',
      { folder: '.', devices: [DEVICE, { ...DEVICE, name: '../x' }] },
      /\/devices\/1\/name: expected a name .*, got "\.\.\/x"$/,
    ],
    ['no duration', { folder: '.', devices: [{ ...DEVICE, upFor: 14 }] }, /\/devices\/0\/upFor: expected a duration/],
    [
      'an unknown fault',
      { folder: '.', devices: [{ ...DEVICE, faults: [{ id: 'gremlin' }] }] },
      /\/devices\/0\/faults\/0\/id: expected a fault of docs\/lab\.md, got "gremlin"$/,
    ],
    [
      'a server without a port',
      { folder: '.', devices: [DEVICE], network: { tftp: { '10.0.0.1': 'localhost' } } },
      /\/network\/tftp\/10\.0\.0\.1: expected host:port, got "localhost"$/,
    ],
  ] as const) {
    it(`refuses ${what} and says where`, () => {
      expect(() => read(content))
        .to.throw(message)
        .with.property('code', 'LAB_FILE_INVALID');
    });
  }
});
