import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { pullOs } from '../../../actions/pull-os/pull-os.js';
import { SystemClock } from '../../../connectors/clock/system-clock.js';
import type { StepContext } from '../../../core/action.js';
import { fail } from '../../../core/errors/index.js';
import type { AttemptRecord, JobEnd } from '../../../core/job.js';
import type { JsonObject } from '../../../core/json.js';
import type { Dialog, Reply } from '../../../core/ports/dialog.js';
import type { Line } from '../../../core/ports/line.js';
import type { Fetch, TransferServer, UploadGrant } from '../../../core/ports/transfer-server.js';
import { DEFAULT_PUSH_SETTINGS } from '../../../core/settings.js';
import { ciscoIos } from '../../../drivers/cisco-ios/driver.js';
import { FileWorld, PORT_ID } from '../files/file-world.js';

const CONTENT = 'the image that runs';
const MD5 = createHash('md5').update(CONTENT).digest('hex');

interface Device {
  readonly bootImage?: string;
  /** What `verify /md5` tells; `refused`: there is no such command. */
  readonly md5?: string;
  /** What each upload does, in order. */
  readonly uploads: readonly ('whole' | 'nothing' | 'refused')[];
  readonly methods?: readonly string[];
}

describe('pullOs', () => {
  let world: FileWorld;
  let attempts: AttemptRecord[];
  let typed: string[];
  beforeEach(async () => {
    world = await FileWorld.open({});
    attempts = [];
    typed = [];
  });
  afterEach(() => world.close());

  async function pull(device: Device): Promise<JobEnd> {
    const context = contextOf(device);
    let step = pullOs.start;
    let memory: JsonObject = {};
    for (;;) {
      const row = pullOs.steps[step];
      if (row === undefined) throw new Error(`no step ${step}`);
      const outcome = await row.run(context, memory).catch((error: unknown) => pullOs.failed(context, memory, error));
      if (outcome.kind === 'end') return outcome.end;
      memory = outcome.memory ?? memory;
      step = outcome.step;
    }
  }

  function contextOf(device: Device): StepContext {
    const uploads = [...device.uploads];
    const fetches: Fetch[] = [];
    let grant: UploadGrant | undefined;
    const server: Partial<TransferServer> = {
      accept: (given) => {
        grant = given;
        return { path: 'r4nd/x', port: 69, fetches, bytes: 0, close: () => undefined };
      },
    };
    const upload = async (): Promise<string> => {
      const how = uploads.shift();
      if (how === 'refused') throw fail('TRANSFER_TRANSPORT', { method: 'tftp', reason: '%Error opening' });
      if (how === 'nothing') return '19 bytes copied in 0.1 secs';
      await grant?.sink.write(Buffer.from(CONTENT));
      fetches.push({ peer: '192.0.2.1', bytes: CONTENT.length, complete: true });
      return '19 bytes copied in 0.1 secs';
    };
    const answer = async (send: string): Promise<Partial<Reply>> => {
      typed.push(send);
      if (send.startsWith('show version')) return { output: versionText(device.bootImage) };
      if (send.startsWith('dir')) throw fail('DEVICE_REFUSED', { command: send, answer: '' });
      if (send.startsWith('verify')) {
        if (device.md5 === undefined) throw fail('DEVICE_REFUSED', { command: send, answer: '' });
        return { captures: { hash: device.md5 } };
      }
      return send === '' ? {} : { output: await upload() };
    };
    const dialog: Partial<Dialog> = {
      useTable: () => undefined,
      login: () => Promise.resolve({ state: 'exec', text: 'r1#' }),
      // Breaking off what was left is typed past the dialogue.
      line: { write: () => Promise.resolve() } as unknown as Line,
      run: async ({ send = '' }) => ({ output: '', captures: {}, ...(await answer(send)) }) as Reply,
    };
    const clock = new SystemClock();
    const context: Partial<StepContext> = {
      ...{ jobId: 'job-1', params: {}, images: world.images, attempts, clock, resumed: false },
      driver: ciscoIos,
      signal: new AbortController().signal,
      servers: Object.fromEntries((device.methods ?? ['tftp']).map((name) => [name, server as TransferServer])),
      port: {
        ...{ id: PORT_ID, name: '1/1', node: 'aus-1', driver: 'cisco-ios', make: 'cisco', labels: {}, properties: {} },
        ...{ settings: DEFAULT_PUSH_SETTINGS, serverAddress: '192.0.2.10' },
      },
      dialog: () => Promise.resolve(dialog as Dialog),
      credentials: () => ({}),
      image: (version) => world.images.get(PORT_ID, version),
      story: (line) => world.story.push(line),
      progress: () => undefined,
      rememberFacts: () => Promise.resolve(),
      recordAttempt: (attempt) => Promise.resolve(void attempts.push(attempt)),
    };
    return context as StepContext;
  }

  it('stores what the device runs where its hash is met', async () => {
    const end = await pull({ md5: MD5, uploads: ['whole'] });
    expect(end.verdict, end.sentence).to.equal('succeeded');
    expect(await world.images.get(PORT_ID, 'current')).to.include({ fileName: 'c1700.bin', md5: MD5 });
    expect(typed.at(-1)).to.equal('copy {{image:path}} tftp://{{server:ip}}/{{remoteFile:path}}');
  });

  it('tells where the device has no hash', async () => {
    const end = await pull({ uploads: ['whole'] });
    expect(end.sentence).to.include('The device has no hash to compare it with.');
  });

  it('stores nothing that is not what the device says it is', async () => {
    const end = await pull({ md5: '0'.repeat(32), uploads: ['whole'] });
    expect(end).to.include({ verdict: 'failed', code: 'IMAGE_HASH_MISMATCH' });
    expect(await world.images.list(PORT_ID)).to.deep.equal([]);
  });

  it('does not believe a device that says it is done, and tries again', async () => {
    const end = await pull({ md5: MD5, uploads: ['nothing', 'refused', 'whole'], methods: ['tftp', 'scp'] });
    expect(end.verdict, end.sentence).to.equal('succeeded');
    expect(attempts.map(({ method, code }) => [method, code])).to.deep.equal([
      ['tftp', 'TRANSFER_INTEGRITY'],
      ['scp', 'TRANSFER_TRANSPORT'],
      ['tftp', undefined],
    ]);
    await world.images.delete(PORT_ID, 'current').catch(() => undefined);
    const given = await pull({ md5: '1'.repeat(32), uploads: ['nothing', 'nothing', 'nothing', 'nothing'] });
    expect(given.code).to.equal('PUSH_ATTEMPTS_USED');
  });

  it('refuses before it begins', async () => {
    const packages = await pull({ bootImage: 'flash:packages.conf', uploads: [] });
    expect(packages.code).to.equal('PULL_NO_FILE');
    const alone = await pull({ md5: MD5, uploads: [], methods: ['http'] });
    expect(alone.code).to.equal('PULL_NO_METHOD');
    expect(alone.sentence).to.include('tftp, ftp, scp');
  });
});

function versionText(bootImage = 'flash:/c1700.bin'): string {
  return `Cisco IOS Software, C1700 Software (C1700-Y-M), Version 12.4(25d), RELEASE SOFTWARE (fc1)\nSystem image file is "${bootImage}"\n`;
}
