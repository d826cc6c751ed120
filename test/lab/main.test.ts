/** The lab as a process of its own: started, steered over its socket, killed and started again. */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { askLab } from '../../lab/control-client.js';
import { checkImage } from '../../lab/image.js';
import { countJournal, readJournal } from '../../lab/journal.js';
import { runLab } from '../../lab/main.js';
import { ConsoleClient } from './console-client.js';

const MAIN = join(import.meta.dirname, '../../lab/main.ts');

interface Ready {
  readonly kind: 'ready';
  readonly control: string;
  readonly devices: readonly { readonly name: string; readonly console: string; readonly folder: string }[];
}

describe('lab process', function () {
  this.timeout(40_000);
  const folder = mkdtempSync(join(tmpdir(), 'portwright-labmain-'));
  const file = join(folder, 'lab.json');
  let child: ChildProcess | undefined;

  const start = async (): Promise<Ready> => {
    const started = spawn(process.execPath, ['--import', 'tsx', MAIN, 'start', file, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const [line] = (await once(createInterface({ input: started.stdout }), 'line')) as [string];
    return JSON.parse(line) as Ready;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ended = child!;
    child = undefined;
    const closed = once(ended, 'close');
    ended.kill(signal);
    return ((await closed) as [number | null])[0];
  };

  before(() =>
    writeFileSync(
      file,
      JSON.stringify({
        version: 1,
        folder: './state',
        timeScale: 100,
        devices: [{ name: 'r1', device: 'cisco-1760', upFor: '14h' }],
      }),
    ),
  );
  afterEach(() => child?.kill('SIGKILL'));
  after(() => rmSync(folder, { recursive: true }));

  it('outlives a kill: flash, NVRAM and journal go on', async () => {
    const ready = await start();
    const [device] = ready.devices;
    const console = await ConsoleClient.open(device!.console);
    await askLab(ready.control, { do: 'log', device: 'r1', text: '%SYS-3-CPUHOG: Task ran', times: 3, everyMs: 5 });
    await console.expect(/(CPUHOG[^]*){3}/);
    await askLab(ready.control, { do: 'power', device: 'r1', on: false });
    await askLab(ready.control, { do: 'power', device: 'r1', on: true });
    await console.expect('get started!');
    await console.close();
    await end('SIGKILL');

    const again = await start();
    expect(again.devices).to.deep.equal(ready.devices);
    const second = await ConsoleClient.open(device!.console);
    await second.expect('get started!');
    await second.close();
    expect(countJournal(readJournal(device!.folder)).boots).to.equal(2);
    expect(await end('SIGTERM')).to.equal(0);
  });

  it('answers what it cannot do with an error, lists, and stops when asked', async () => {
    const ready = await start();
    expect(statSync(ready.control).mode & 0o777).to.equal(0o600);
    expect((await askLab(ready.control, { do: 'list' })).devices).to.deep.equal(ready.devices);
    const unknown = await askLab(ready.control, { do: 'power', device: 'r9', on: true }).catch(
      (error: unknown) => error,
    );
    expect(unknown).to.have.property('code', 'LAB_CONTROL_FAILED');
    expect((unknown as Error).message).to.include('r9');
    const closed = once(child!, 'close');
    await askLab(ready.control, { do: 'stop' });
    expect(((await closed) as [number])[0]).to.equal(0);
    child = undefined;
  });

  it('lists devices and writes images without a node', async () => {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    expect(await runLab(['list'], print)).to.equal(0);
    expect(lines).to.deep.equal([
      'cisco-1760',
      'cisco-2951',
      'cisco-2960',
      'cisco-9300',
      'extreme-x440g2',
      'extreme-x460g2',
      'extreme-x460g2-stack',
      'extreme-5420',
    ]);
    const image = join(folder, 'image.bin');
    expect(await runLab(['image', image, 'c1700', '12.3(1a)', '5000'], print)).to.equal(0);
    expect((await checkImage(image, 'cisco', 'c1700')).kind).to.equal('good');
    const xos = join(folder, 'summitX-16.2.5.4.xos');
    expect(await runLab(['image', xos, 'summitX', '16.2.5.4', '5000', 'extreme'], print)).to.equal(0);
    expect((await checkImage(xos, 'extreme', 'summitX')).kind).to.equal('good');
    expect(readFileSync(image).length).to.be.above(5000);
    expect([await runLab(['image', image], print), await runLab(['dance'], print)]).to.deep.equal([2, 2]);
  });
});
