import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { carriesToken, ensureToken } from '../../../server/http/token.js';
import { withSite } from '../site/site-folder.js';

const random = { hex: (digits: number) => 'ab'.repeat(digits / 2), below: () => 0 };

describe('token', () => {
  it('is made once, for the user alone', async () => {
    await withSite({}, async (folder) => {
      const dataDir = join(folder, 'data');
      const token = await ensureToken(dataDir, random);
      expect(token).to.match(/^[0-9a-f]{64}$/);
      expect((await stat(join(dataDir, 'token'))).mode & 0o777).to.equal(0o600);
      expect(await readFile(join(dataDir, 'token'), 'utf8')).to.equal(`${token}\n`);
      expect(await ensureToken(dataDir, { ...random, hex: () => 'other' })).to.equal(token);
      await writeFile(join(dataDir, 'token'), '\n');
      expect(await ensureToken(dataDir, random)).to.equal(token);
    });
  });

  it('is taken from a bearer header and nothing else', () => {
    const rows = [
      ['Bearer secret-token-123', true],
      ['bearer   secret-token-123', true],
      ['Bearer secret-token-12', false],
      ['Bearer secret-token-1234', false],
      ['Bearer', false],
      ['secret-token-123', false],
      ['', false],
      [undefined, false],
    ] as const;
    for (const [header, wanted] of rows) expect(carriesToken(header, 'secret-token-123'), header).to.equal(wanted);
    expect(carriesToken('Bearer ', 'x')).to.equal(false);
  });
});
