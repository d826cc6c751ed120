import { expect } from 'chai';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '../../../core/errors/index.js';
import { KnownHosts } from '../../../store/host-keys/known-hosts.js';

describe('KnownHosts', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'known-hosts-'));
    file = join(folder, 'data', 'known_hosts');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps keys by address and port in OpenSSH's form, for the node's user alone", async () => {
    const known = new KnownHosts(file);
    expect(await known.of('10.0.0.5', 22)).to.deep.equal([]);
    await known.pin('10.0.0.5', 22, 'ssh-ed25519 AAAA');
    await known.pin('TS1.example', 2022, 'ssh-rsa BBBB');
    expect(await readFile(file, 'utf8')).to.equal('10.0.0.5 ssh-ed25519 AAAA\n[ts1.example]:2022 ssh-rsa BBBB\n');
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(await known.of('10.0.0.5', 22)).to.deep.equal(['ssh-ed25519 AAAA']);
    expect(await known.of('ts1.example', 2022)).to.deep.equal(['ssh-rsa BBBB']);
    expect(await known.of('10.0.0.5', 2022)).to.deep.equal([]);
  });

  it('reads what others wrote, passes over what it does not know, and appends after a missing line end', async () => {
    const known = new KnownHosts(file);
    await known.pin('a', 22, 'ssh-rsa A');
    await writeFile(
      file,
      '# comment\n\n|1|hash|hash ssh-rsa H\na,b ssh-ed25519 X comment\n[b]:22 ssh-rsa Y\nb ssh-rsa Z',
    );
    expect(await known.of('b', 22)).to.deep.equal(['ssh-ed25519 X', 'ssh-rsa Z']);
    await known.pin('c', 22, 'ssh-rsa C');
    expect(await known.of('b', 22)).to.deep.equal(['ssh-ed25519 X', 'ssh-rsa Z']);
    expect(await known.of('c', 22)).to.deep.equal(['ssh-rsa C']);
  });

  it('does not take a file that it cannot read for an empty one', async () => {
    const known = new KnownHosts(folder);
    expect(await known.of('a', 22).then(String, codeOf)).to.equal('STORE_FAILED');
  });
});
