/** Pushes to a real device that cannot go the plain way: what the node says then must be what the device is. */
import { expect } from 'chai';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DEVICE_PEERS, FACTORY_VERSION } from '../peers/device/build.js';
import { requirePeer } from '../support/peers.js';
import { EdgeBed } from './support/edge-bed.js';
import type { JobView } from './support/api.js';

/** Where nobody answers in QEMU's user-mode network. */
const NOBODY = '10.0.2.77';
/** How long the node waits for a device that has gone: longer than a boot takes, */
const COMES_BACK = { rebootTimeout: '25s' };
/** and shorter than anybody's patience with one that does not come back. */
const STAYS_AWAY = { rebootTimeout: '10s', osPushMethod: 'xmodem' };
const TRANSFER_LIMIT_MS = 60_000;

describe('push os on a real device, in trouble', function () {
  this.timeout(300_000);
  let bed: EdgeBed | undefined;

  const started = (): EdgeBed => {
    if (bed === undefined) throw new Error('not started');
    return bed;
  };
  /** Restarts the node on a site with these differences. */
  const serveWith = async (more: Parameters<EdgeBed['writeSite']>[0]): Promise<void> => {
    expect(await started().running.terminate()).to.equal(0);
    await started().writeSite(more);
    await started().serve();
  };
  const midTransfer = async (id: string): Promise<void> => {
    const isPart = ({ data }: { data: Readonly<Record<string, unknown>> }): boolean =>
      Number(data['bytes']) > 0 && Number(data['bytes']) < Number(data['totalBytes']);
    await started().api.event({ job: id, type: 'job.progress' }, isPart, TRANSFER_LIMIT_MS);
  };
  const expectFailedAsBefore = (job: JobView): void => {
    expect(job.verdict, job.sentence).to.equal('failed');
    expect(job.sentence).to.include(`runs ${FACTORY_VERSION} from slot 1 (read from the device) as before`);
    expect(job.steps.map(({ step }) => step)).not.to.include('install');
  };

  before(async function () {
    requirePeer.call(this, ...DEVICE_PEERS);
    // A lost device is not tried again.
    bed = new EdgeBed({ settings: { ...COMES_BACK, osPushRetries: 0 } });
    await bed.start();
    await bed.serve();
    await bed.storeCandidate('2.0.0');
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.error(await bed?.report());
  });

  after(async () => {
    await bed?.stop();
  });

  it('an image that was corrupted in the store: failed, nothing sent', async () => {
    const { api, dataDir } = started();
    const undo = await flipOneByte(join(dataDir, 'images'));
    const { code, err } = await started().command('push', 'os', '1/1', 'candidate');
    expect(code, err).to.equal(1);
    const [summary] = await api.jobs();
    const job = await api.job(summary?.id ?? '');
    expect(job).to.include({ verdict: 'failed', code: 'PUSH_IMAGE_CORRUPT' });
    expect(job.attempts).to.deep.equal([]);
    const out = (await api.transcript(job.id)).filter(({ direction }) => direction === 'out');
    expect(out).to.deep.equal([]);
    await undo();
  });

  it('powered off in mid-transfer and on again: failed, runs the old version', async () => {
    const { device } = started();
    const id = await started().push();
    await midTransfer(id);
    await device.powerOff();
    await device.powerOn();
    const job = await started().ended(id);
    expectFailedAsBefore(job);
    expect(job.attempts.map(({ method, outcome }) => [method, outcome])).to.deep.equal([['tftp', 'failed']]);
  });

  it('powered off in mid-transfer and left off: unknown, the port held; failed once it was read', async () => {
    await serveWith({ settings: STAYS_AWAY });
    const { api, device } = started();
    const pushing = started().command('push', 'os', '1/1', 'candidate');
    const { data } = await api.event({ type: 'job.queued' }, isLater(Date.now() - 1000), TRANSFER_LIMIT_MS);
    const id = String(data['job']);
    await midTransfer(id);
    await device.powerOff();
    const { code, err } = await pushing;
    expect(code, err).to.equal(4);
    expect(await api.job(id)).to.include({ state: 'waiting', verdict: 'unknown' });
    const second = await started().push();
    expect(await api.job(second)).to.include({ state: 'queued' });
    expect(await started().command('jobs', 'cancel', second)).to.include({ code: 0 });
    expect(await started().ended(second)).to.include({ verdict: 'failed', code: 'JOB_CANCELLED' });

    await device.powerOn();
    expectFailedAsBefore(await started().ended(id));
  });

  it('the TFTP server out of reach: succeeds by XMODEM', async () => {
    await serveWith({ settings: COMES_BACK, serverAddress: NOBODY });
    const { build, device } = started();
    const { code, out, err } = await started().command('push', 'os', '1/1', 'candidate');
    expect(code, `${out}\n${err}`).to.equal(0);
    expect(out).to.include('TFTP download failed').and.include('XMODEM download of edgeos-2.0.0.img succeeded.');
    const [summary] = await started().api.jobs();
    const { attempts } = await started().api.job(summary?.id ?? '');
    expect(attempts.map(({ method, outcome }) => [method, outcome])).to.deep.equal([
      ['tftp', 'failed'],
      ['xmodem', 'succeeded'],
    ]);
    await device.powerOff();
    expect(await device.readSlot(1)).to.equal(build.images[FACTORY_VERSION].sha256);
    expect(await device.readSlot(2)).to.equal(build.images['2.0.0'].sha256);
  });
});

function isLater(ms: number): (event: { time: string }) => boolean {
  return ({ time }) => Date.parse(time) >= ms;
}

/** Flips one bit in the middle of the one stored file; returns the way to put it right again. */
async function flipOneByte(folder: string): Promise<() => Promise<void>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).to.have.length(1);
  const path = join(files[0]?.parentPath ?? '', files[0]?.name ?? '');
  const good = await readFile(path);
  const bad = Buffer.from(good);
  bad[good.length >> 1] = (good[good.length >> 1] ?? 0) ^ 1;
  await writeFile(path, bad);
  return () => writeFile(path, good);
}
