/** The demonstration's site is one that a node takes. */
import { expect } from 'chai';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '../../../actions/index.js';
import { DRIVERS, driverFor } from '../../../drivers/index.js';
import { checkImage } from '../../../lab/image.js';
import { readLabFile } from '../../../lab/lab-file.js';
import { CRASHES, writeScene } from '../../../lab/demo/scene.js';
import { loadSite } from '../../../server/site/load-site.js';

describe('demonstration scene', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portwright-scene-'));

  after(() => rmSync(folder, { recursive: true }));

  it('has a site without a problem, a lab file, and an image for its router', async () => {
    const scene = await writeScene(folder);
    const { site, problems } = await loadSite(scene.site, {
      drivers: DRIVERS,
      driverFor,
      catalog: new Catalog(),
      env: {},
    });
    expect(problems).to.deep.equal([]);
    expect(site?.ports.map((port) => port.name)).to.deep.equal(['1/1']);
    expect(JSON.stringify(site?.rules)).to.include(`"times":${CRASHES}`);
    const lab = readLabFile(scene.labFile);
    expect(join(lab.folder, lab.devices[0]!.name, 'console')).to.equal(scene.console);
    expect(join(lab.folder, 'control.sock')).to.equal(scene.controlSocket);
    expect(await checkImage(scene.image, 'cisco', 'c1700')).to.include({ kind: 'good', sizeBytes: scene.imageBytes });
    expect(existsSync(scene.tokenFile)).to.equal(false);
  });
});
