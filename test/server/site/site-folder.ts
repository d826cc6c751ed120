/** Site folders for tests: texts or JSON by file name, in a folder of their own that is removed afterwards. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Catalog } from '../../../actions/index.js';
import { DRIVERS, driverFor } from '../../../drivers/index.js';
import type { SiteChecks } from '../../../server/site/load-site.js';

export type Files = Readonly<Record<string, unknown>>;

/** A text is written as it is, everything else as JSON. */
export async function withSite<T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'portwright-site-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const MAIN = {
  node: 'aus-1',
  servers: { address: '192.0.2.10', tftp: { listen: '127.0.0.1:0' } },
  secrets: { lab: { username: 'admin', password: 'env:LAB_PASSWORD' } },
};

export const PORT = {
  port: '1/1',
  driver: 'cisco-ios',
  console: { type: 'serial', path: '/dev/ttyUSB0', baudRate: 9600 },
  management: { address: '10.10.10.1' },
  credentials: 'lab',
};

/** A site without problems, for tests to break in one place. */
export function soundSite(changes: Files = {}): Files {
  return { 'portwright.json': MAIN, 'ports.json': [PORT], ...changes };
}

export function siteChecks(changes: Partial<SiteChecks> = {}): SiteChecks {
  return {
    drivers: DRIVERS,
    driverFor,
    catalog: new Catalog(),
    env: { LAB_PASSWORD: 'correct-horse' },
    ...changes,
  };
}
