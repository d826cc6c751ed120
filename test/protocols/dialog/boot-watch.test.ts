import { expect } from 'chai';
import type { BootTable, DialogTable } from '../../../core/dialog-table.js';
import type { BootResult } from '../../../core/ports/dialog.js';
import { BootWatchMachine, CompiledTable, TextReader } from '../../../protocols/dialog/index.js';
import { loader, router, routerBoot, shell, shellBoot } from './tables.js';
import { CUTTINGS, scripted, simulate } from './simulate.js';
import type { Device, Says, Simulated } from './simulate.js';

interface Watched {
  readonly table?: DialogTable;
  readonly loader?: DialogTable;
  readonly boot?: BootTable;
  readonly silenceMs?: number;
  readonly capMs?: number;
}

function watch(device: () => Device, setup: Watched = {}): Simulated<BootResult> {
  const { table = router, boot = routerBoot, silenceMs = 60_000, capMs = 900_000 } = setup;
  const runs = CUTTINGS.map((cutting) => {
    const reader = new TextReader();
    const machine = new BootWatchMachine({
      boot,
      table: new CompiledTable(table),
      ...(setup.loader === undefined ? {} : { loader: new CompiledTable(setup.loader) }),
      reader,
      silenceMs,
      capMs,
    });
    return simulate(machine, reader, device(), cutting);
  });
  for (const run of runs) {
    expect(run.result).to.deep.equal(runs[0]!.result);
    expect(run.typed).to.deep.equal(runs[0]!.typed);
    expect(run.stories).to.deep.equal(runs[0]!.stories);
  }
  return runs[0]!;
}

const linux: Watched = { table: shell, loader, boot: shellBoot };
const BOOT: Says = [
  [1_000, 'System Bootstrap, Version 12.2(8r)\r\nC1700 platform with 65536 Kbytes of main memory\r\n\r\n'],
  [5_000, 'Self decompressing the image : ####'],
  [9_000, '######## [OK]\r\n'],
  [20_000, '\r\nCopyright (c)\r\n\r\nPress RETURN to get started!\r\n\r\n\r\n'],
];

describe('BootWatchMachine', () => {
  it('tells each milestone, answers Press RETURN, and finds the device up', () => {
    const { result, typed, stories } = watch(() => ({ first: BOOT, on: scripted([['\r', '\r\nRouter>']]) }));
    expect(result).to.deep.include({ kind: 'up', boots: 1, state: { state: 'user', text: 'Router>' } });
    expect(result.text).to.match(/^System Bootstrap[^]*Copyright \(c\)/);
    expect(typed).to.deep.equal(['\r']);
    expect(stories).to.deep.equal([
      'C1700 platform with 65536 Kbytes of main memory',
      'Image decompressing',
      'Image decompressed',
      'Device loaded',
    ]);
  });

  it('answers Press RETURN again when log messages drown it', () => {
    const noise = '*Mar  1 00:00:12: %LINK-3-UPDOWN: Interface Ethernet0, changed state to up\r\n';
    let keys = 0;
    const device = (): Device => {
      keys = 0;
      return { first: [...BOOT, [10, noise]], on: () => (++keys === 2 ? [[5, '\r\nRouter>']] : [[5, noise]]) };
    };
    const { result, typed } = watch(device);
    expect(result.kind).to.equal('up');
    expect(typed).to.deep.equal(['\r', '\r']);
  });

  it('takes a prompt with nothing but log messages behind it for up', () => {
    const covered = 'Router>*Mar  1 00:00:12: %LINK-3-UPDOWN: Interface Ethernet0, changed state to up\r\n';
    const { result, typed } = watch(() => ({ first: BOOT, on: scripted([['\r', `\r\n${covered}`]]) }));
    expect(result).to.deep.include({ kind: 'up', state: { state: 'user', text: 'Router>' } });
    expect(typed).to.deep.equal(['\r']);
  });

  it('does not take the prompt of the old system for up', () => {
    const first: Says = [
      [10, 'root@edge1:~# '],
      [3_000, '\r\nreboot: Restarting system\r\n'],
      [2_000, 'U-Boot 2023.01 (x)\r\nHit any key to stop autoboot:  2 \b\b\b 1 \b\b\b 0 \r\nStarting kernel ...\r\n'],
      [9_000, '\r\nedge1 login: '],
    ];
    const { result, typed, stories, elapsedMs } = watch(() => ({ first }), linux);
    expect(result).to.deep.include({ kind: 'up', boots: 1, state: { state: 'login', text: 'edge1 login: ' } });
    expect(typed).to.deep.equal([]);
    expect(stories).to.deep.equal(['U-Boot 2023.01', 'Kernel started']);
    expect(elapsedMs).to.be.within(14_000, 16_000);
  });

  it('finds the device up although nothing of its boot is shown, with patience', () => {
    const { result, elapsedMs } = watch(() => ({ first: [[30_000, '\r\nedge1 login: ']] }), {
      ...linux,
      silenceMs: 300_000,
    });
    expect(result.kind).to.equal('up');
    expect(elapsedMs).to.be.closeTo(90_000, 100);
  });

  it('finds the loader where its prompt stands, not where a countdown runs', () => {
    const countdown: Says = [0, 1, 2, 3].map(
      (n) => [1_000, n === 0 ? 'Hit any key to stop autoboot:  3 ' : `\b\b\b ${String(3 - n)} `] as const,
    );
    const fallen = watch(
      () => ({ first: [[10, 'U-Boot 2023.01\r\n'], ...countdown, [500, '\r\nBad magic\r\n=> ']] }),
      linux,
    );
    expect(fallen.result).to.deep.include({ kind: 'loader', state: { state: 'loader', text: '=> ' } });
    expect(fallen.elapsedMs).to.be.within(14_000, 15_000);
    expect(fallen.typed).to.deep.equal([]);
    const rommon = watch(() => ({ first: [[10, 'System Bootstrap, Version 1\r\nboot: cannot open\r\nrommon 1 > ']] }));
    expect(rommon.result.kind).to.equal('loader');
  });

  it('finds a boot loop at the first boot too many', () => {
    const again: Says = [...BOOT.slice(0, 2), [3_000, '\r\n*** Crash ***\r\n'], ...BOOT.slice(0, 2)];
    const { result, typed } = watch(() => ({ first: again }));
    expect(result).to.deep.include({ kind: 'loop', boots: 2 });
    expect(typed).to.deep.equal([]);
    const twice = watch(() => ({ first: [...again, ...BOOT.slice(2)], on: scripted([['\r', '\r\nRouter>']]) }), {
      boot: { ...routerBoot, expectedBoots: 2 },
    });
    expect(twice.result).to.deep.include({ kind: 'up', boots: 2 });
  });

  it('wakes a silent line once, unless a countdown was seen since the last banner', () => {
    const woken = watch(() => ({ first: BOOT.slice(0, 1), on: scripted([['\r', '\r\nRouter>']]) }));
    expect(woken.result.kind).to.equal('up');
    expect(woken.typed).to.deep.equal(['\r']);
    const dead = watch(() => ({ first: BOOT.slice(0, 1) }));
    expect(dead.result).to.deep.include({ kind: 'silent', boots: 1 });
    expect(dead.typed).to.deep.equal(['\r']);
    expect(dead.elapsedMs).to.be.closeTo(121_000, 200);
    const counted = watch(
      () => ({ first: [[10, 'U-Boot 2023.01\r\nHit any key to stop autoboot:  0 \r\nStarting kernel ...\r\n']] }),
      linux,
    );
    expect(counted.result.kind).to.equal('silent');
    expect(counted.typed).to.deep.equal([]);
    const asked = watch(() => ({ first: [[10, 'System Bootstrap, Version 1\r\nFormat the disk? [y/n] ']] }));
    expect(asked.typed).to.deep.equal([]);
  });

  it('is extended by output, and ends at its cap', () => {
    const slow: Says = Array.from({ length: 30 }, () => [50_000, '.'] as const);
    const { result, elapsedMs } = watch(() => ({ first: [...BOOT.slice(0, 1), ...slow] }), { capMs: 600_000 });
    expect(result.kind).to.equal('cap');
    expect(elapsedMs).to.equal(600_000);
  });

  it('takes a password prompt or a setup dialogue for up, with more patience', () => {
    for (const [says, state] of [
      ['\r\nPassword: ', 'password'],
      ['\r\nWould you like to enter the initial configuration dialog? [yes/no]: ', 'setup'],
    ] as const) {
      const { result } = watch(() => ({ first: BOOT, on: scripted([['\r', says]]) }));
      expect(result.kind === 'up' && result.state.state).to.equal(state);
    }
  });
});
