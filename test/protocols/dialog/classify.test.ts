import { expect } from 'chai';
import type { DialogTable } from '../../../core/dialog-table.js';
import type { DeviceState } from '../../../core/ports/dialog.js';
import { ClassifyMachine, CompiledTable, TextReader } from '../../../protocols/dialog/index.js';
import { loader, router, shell } from './tables.js';
import { CUTTINGS, scripted, simulate } from './simulate.js';
import type { Device, Simulated } from './simulate.js';

/** As actions hand it over: the system's table with its loader's rows. */
const both: DialogTable = {
  ...shell,
  prompts: [...shell.prompts, ...loader.prompts],
  countdowns: [...shell.countdowns, ...loader.countdowns],
  bootStarts: [...shell.bootStarts, ...loader.bootStarts],
};

function classify(
  device: () => Device,
  table: DialogTable = router,
  before = '',
  silenceMs = 20_000,
): Simulated<DeviceState> & { reader: TextReader } {
  const runs = CUTTINGS.map((cutting) => {
    const reader = new TextReader();
    reader.push(new TextEncoder().encode(before));
    const machine = new ClassifyMachine({ table: new CompiledTable(table), reader, silenceMs });
    return { ...simulate(machine, reader, device(), cutting), reader };
  });
  for (const run of runs) {
    // Where time ends it, a slower line has said less by then; a prompt is the same on all.
    expect(run.result.state).to.equal(runs[0]!.result.state);
    expect(run.typed).to.deep.equal(runs[0]!.typed);
  }
  return runs[0]!;
}

describe('ClassifyMachine', () => {
  const woken: readonly (readonly [says: string, state: string, text: string])[] = [
    ['\r\nRouter>', 'user', 'Router>'],
    ['\r\nRouter#', 'exec', 'Router#'],
    ['\r\nRouter(config-if)#', 'config', 'Router(config-if)#'],
    ['\r\nUsername: ', 'login', 'Username: '],
    ['\r\nPassword: ', 'password', 'Password: '],
    ['\r\nrommon 1 > ', 'loader', 'rommon 1 > '],
    [
      '\r\nWould you like to enter the initial configuration dialog? [yes/no]: ',
      'setup',
      'Would you like to enter the initial configuration dialog? [yes/no]: ',
    ],
    ['\r\nPress RETURN to get started!\r\n\r\n\r\n', 'pressReturn', 'Press RETURN to get started!'],
    ['\r\nProceed with reload? [confirm]', 'question', 'Proceed with reload? [confirm]'],
    ['\r\nDo you want that? [y/n]: ', 'question', 'Do you want that? [y/n]: '],
  ];
  for (const [says, state, text] of woken) {
    it(`wakes a quiet line once and finds ${state}: ${text.slice(0, 40)}`, () => {
      const { result, typed } = classify(() => ({ on: scripted([['\r', says]]) }));
      expect(result).to.deep.equal({ state, text });
      expect(typed).to.deep.equal(['\r']);
    });
  }

  it('takes no prompt for true before it came after a RETURN', () => {
    const { result, typed } = classify(() => ({ on: scripted([['\r', '\r\nUsername: ']]) }), router, 'Router#');
    expect(result.state).to.equal('login');
    expect(typed).to.deep.equal(['\r']);
    const gone = classify(() => ({}), router, 'Router#');
    expect(gone.result.state).to.equal('silent');
  });

  it('believes the very prompt that stood before its RETURN sooner than another one', () => {
    const at = (again: string): number =>
      classify(() => ({ on: scripted([['\r', `\r\n${again}`]]) }), router, 'Router#').elapsedMs;
    expect(at('Router#')).to.equal(at('Switch#') - 150);
  });

  it('types nothing at a password, a question, a setup dialogue or a loader that stand', () => {
    for (const [before, state] of [
      ['Password: ', 'password'],
      ['Erase flash: before copying? [confirm]', 'question'],
      ['Really? ', 'question'],
      ['Would you like to enter the initial configuration dialog? [yes/no]: ', 'setup'],
      ['rommon 2 > ', 'loader'],
      ['Press RETURN to get started!\r\n\r\n*Mar  1 00:00:07: %LINK-3-UPDOWN: x\r\n', 'pressReturn'],
    ] as const) {
      const { result, typed } = classify(() => ({}), router, before);
      expect(result.state).to.equal(state);
      expect(typed).to.deep.equal([]);
    }
  });

  it('finds the prompt behind log messages', () => {
    const { result } = classify(
      () => ({ on: scripted([['\r', '\r\nRouter#']]) }),
      router,
      'Router>*Sep 18 10:36:14.536: %LINK-3-UPDOWN: Interface Ethernet1/0, changed state to up\r\n',
    );
    expect(result).to.deep.equal({ state: 'exec', text: 'Router#' });
  });

  it('says silent after the limit, with at most two RETURNs', () => {
    const { result, typed, elapsedMs } = classify(() => ({}));
    expect(result).to.deep.equal({ state: 'silent', text: '' });
    expect(typed).to.deep.equal(['\r', '\r']);
    expect(elapsedMs).to.equal(20_000);
  });

  it('says unknown where nothing fits: a wrong speed', () => {
    const { result } = classify(() => ({ on: scripted([['\r', '\x80x\xfe\x12~']]) }));
    expect(result.state).to.equal('unknown');
  });

  it('types nothing into a countdown, seen whole, from before, or only its numbers', () => {
    const ticks = [1, 2, 3].map((n) => [1_000, `\b\b\b ${String(3 - n)} `] as const);
    const seen = classify(
      () => ({ first: [[100, 'U-Boot 2023.01\r\nHit any key to stop autoboot:  3 '], ...ticks] }),
      both,
    );
    expect(seen.result.state).to.equal('booting');
    expect(seen.typed).to.deep.equal([]);
    expect(seen.reader.takeLines()).to.include('U-Boot 2023.01');
    const late = classify(
      () => ({
        first: [
          [800, '\b\b\b 2 '],
          [1_000, '\b\b\b 1 '],
          [1_000, '\b\b\b 0 \r\n'],
        ],
      }),
      both,
    );
    expect(late.result.state).to.equal('booting');
    expect(late.typed).to.deep.equal([]);
  });

  it('sees a boot end at a login prompt, and stays at a loader that outlasts its countdown', () => {
    const before = 'U-Boot 2023.01\r\nHit any key to stop autoboot:  0 \r\nStarting kernel ...\r\n';
    const up = classify(() => ({}), both, `${before}\r\nedge1 login: `);
    expect(up.result.state).to.equal('login');
    expect(up.typed).to.deep.equal([]);
    const fallen = classify(() => ({}), both, 'U-Boot 2023.01\r\nHit any key to stop autoboot:  0 \r\n=> ');
    expect(fallen.result.state).to.equal('loader');
    expect(fallen.elapsedMs).to.equal(10_000);
    expect(fallen.typed).to.deep.equal([]);
  });

  it('ends on a line that never falls quiet', () => {
    const chatter = Array.from({ length: 900 }, () => [100, 'noise without end '] as const);
    const { result, elapsedMs } = classify(() => ({ first: chatter }), router, '', 5_000);
    expect(result.state).to.equal('unknown');
    expect(elapsedMs).to.be.closeTo(20_000, 200);
  });
});
