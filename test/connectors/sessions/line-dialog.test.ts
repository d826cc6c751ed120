import { expect } from 'chai';
import { codeOf } from '../../../core/errors/index.js';
import type { Dialog } from '../../../core/ports/dialog.js';
import { dialogOpener } from '../../../connectors/sessions/line-dialog.js';
import { loader, router, routerBoot, routerLogin, shell, shellBoot } from '../../protocols/dialog/tables.js';
import { LISTEN_BACK_MS } from '../../../protocols/dialog/index.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakeLine } from './fake-line.js';

/** What the scripted device answers to what is typed; checked in order, first fit. */
type Script = readonly (readonly [typed: string, says: string])[];

function open(
  script: Script = [],
  table = router,
): { line: FakeLine; clock: FakeClock; dialog: Dialog; abort: AbortController } {
  const line = new FakeLine();
  const clock = new FakeClock();
  const abort = new AbortController();
  const left = [...script];
  line.onSent = (typed) => {
    const at = left.findIndex(([wanted]) => wanted === typed);
    if (at < 0) return;
    const [[, says]] = left.splice(at, 1) as [readonly [string, string]];
    clock.after(5, () => line.say(says));
  };
  return { line, clock, dialog: dialogOpener(clock)(line, table, abort.signal), abort };
}

const errorOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => codeOf(error),
  );

describe('LineDialog', () => {
  it('classifies, logs in with enable, prepares, and runs a command', async () => {
    const { line, clock, dialog } = open([
      ['\r', '\r\nUsername: '],
      ['admin\r', 'admin\r\nPassword: '],
      ['pw1\r', '\r\n\r\nRouter>'],
      ['enable\r', 'enable\r\nPassword: '],
      ['pw2\r', '\r\nRouter#'],
      ['terminal length 0\r', 'terminal length 0\r\nRouter#'],
      ['show version\r', 'show version\r\nVersion 15.1(4)M8, x\r\nuptime is 1 day\r\n\r\nRouter#'],
    ]);
    const credentials = { username: 'admin', password: 'pw1', enable: 'pw2' };
    expect(await clock.run(dialog.login(routerLogin, credentials))).to.deep.equal({ state: 'exec', text: 'Router#' });
    const exchange = { send: 'show version', silenceMs: 10_000, capture: { version: 'Version ([^,]+)' } };
    const reply = await clock.run(dialog.run(exchange, {}, ['safe']));
    expect(reply.output).to.equal('Version 15.1(4)M8, x\nuptime is 1 day');
    expect(reply.captures).to.deep.equal({ version: '15.1(4)M8' });
    expect(line.typed).to.deep.equal([
      '\r',
      'admin\r',
      'pw1\r',
      'enable\r',
      'pw2\r',
      'terminal length 0\r',
      'show version\r',
    ]);
  });

  it('loses nothing between a reload command and the watch', async () => {
    const { line, clock, dialog } = open([
      ['\r', '\r\nRouter#'],
      ['reload\r', 'reload\r\nProceed with reload? [confirm]'],
      [
        'y',
        '\r\n*Jul 10 11:53:13.439: %SYS-5-RELOAD: Reload requested by console.\r\nSystem Bootstrap, Version 15.0\r\nC1900 platform with 524288 Kbytes of main memory\r\n',
      ],
    ]);
    await clock.run(dialog.classify(10_000));
    const exchange = { send: 'reload', ready: '%SYS-5-RELOAD', silenceMs: 60_000 };
    const reply = await clock.run(dialog.run(exchange, {}, ['safe', 'reload']));
    expect(reply.state.state).to.equal('booting');
    expect(line.mode).to.equal('listenOnly');
    expect(await errorOf(clock.run(dialog.run({ send: 'show clock', silenceMs: 1000 }, {}, [])))).to.equal(
      'LINE_LISTEN_ONLY',
    );
    const stories: string[] = [];
    line.onSent = () => clock.after(5, () => line.say('\r\nRouter>'));
    const watching = dialog.watchBoot({
      boot: routerBoot,
      silenceMs: 300_000,
      capMs: 900_000,
      onMilestone: (story) => stories.push(story),
    });
    clock.after(60_000, () =>
      line.say('Self decompressing the image : #### [OK]\r\n\r\nPress RETURN to get started!\r\n\r\n'),
    );
    const result = await clock.run(watching);
    expect(result.kind).to.equal('up');
    expect(result.boots).to.equal(1);
    expect(result.text).to.match(/^\*Jul 10 .*SYS-5-RELOAD/);
    expect(stories).to.deep.equal([
      'C1900 platform with 524288 Kbytes of main memory',
      'Image decompressing',
      'Image decompressed',
      'Device loaded',
    ]);
    expect(line.sent.at(-1)).to.deep.equal({ text: '\r', mode: 'dialogue' });
    expect(line.mode).to.equal('dialogue');
  });

  it('wakes once after a silent boot, and reports a loader that stands', async () => {
    const { line, clock, dialog } = open([], shell);
    const silent = await clock.run(
      dialog.watchBoot({ boot: shellBoot, loader, silenceMs: 60_000, capMs: 600_000, onMilestone: () => undefined }),
    );
    expect(silent.kind).to.equal('silent');
    expect(line.typed).to.deep.equal(['\r']);
    line.say('\r\nU-Boot 2023.01+dfsg-2 (Jan 01 2023)\r\n\r\n** No boot file **\r\n=> ');
    const result = await clock.run(
      dialog.watchBoot({ boot: shellBoot, loader, silenceMs: 60_000, capMs: 600_000, onMilestone: () => undefined }),
    );
    expect(result).to.include({ kind: 'loader', boots: 1 });
    expect(line.typed).to.deep.equal(['\r']);
  });

  it('maps failures to the codes of the registry', async () => {
    const cases: readonly (readonly [says: string, code: string])[] = [
      ["% Invalid input detected at '^' marker.\r\n\r\nRouter#", 'DEVICE_REFUSED'],
      ['%Error opening tftp://10.0.0.1/x (No such file or directory)\r\nRouter#', 'TRANSFER_REMOTE_FILE'],
      ['%Error opening tftp://10.0.0.1/x (Timed out)\r\nRouter#', 'TRANSFER_TRANSPORT'],
      ['%Error copying (Not enough space on device)\r\nRouter#', 'TRANSFER_TRANSPORT'],
      ['Not enough space\r\nRouter#', 'TRANSFER_SPACE'],
      ['Really do it? [yes/no]: ', 'DEVICE_UNKNOWN_QUESTION'],
      ['Proceed with reload? [confirm]', 'DEVICE_QUESTION_WITHOUT_INTENT'],
      ['System Bootstrap, Version 12.2\r\n', 'DEVICE_RESTARTED'],
      ['\r\nUsername: ', 'DEVICE_RESTARTED'],
      ['\r\nrommon 1 > ', 'DEVICE_AT_LOADER'],
      ['Router(config)#', 'DEVICE_STATE_UNEXPECTED'],
      ['', 'DEVICE_SILENT'],
    ];
    for (const [says, code] of cases) {
      const { clock, dialog } = open([
        ['\r', '\r\nRouter#'],
        ['go\r', `go\r\n${says}`],
      ]);
      await clock.run(dialog.classify(10_000));
      const running = dialog.run({ send: 'go', until: ['exec'], silenceMs: 10_000 }, {}, ['safe']);
      expect(await errorOf(clock.run(running)), says).to.equal(code);
    }
  });

  it('ends with CONSOLE_LOST, LINE_FENCED or the reason of its signal', async () => {
    const lost = open();
    const first = errorOf(lost.dialog.classify(10_000));
    lost.line.lose('unplugged');
    expect(await first).to.equal('CONSOLE_LOST');

    const fenced = open();
    const second = errorOf(fenced.dialog.classify(10_000));
    fenced.line.held = false;
    await fenced.clock.advance(5_000);
    expect(await second).to.equal('LINE_FENCED');

    const { dialog, abort, clock } = open();
    const third = dialog.classify(10_000).catch((error: unknown) => error);
    const reason = new Error('cancelled');
    abort.abort(reason);
    expect(await third).to.equal(reason);
    expect(clock.pending).to.equal(0);
  });

  it('watches on while the console goes away with the device and comes back', async () => {
    const { line, clock, dialog } = open([], shell);
    const watching = dialog.watchBoot({
      boot: shellBoot,
      silenceMs: 60_000,
      capMs: 600_000,
      onMilestone: () => undefined,
    });
    clock.after(1_000, () => line.lose('unplugged'));
    clock.after(20_000, () => line.say('U-Boot 2023.01\r\nStarting kernel ...\r\n\r\nedge1 login: '));
    expect((await clock.run(watching)).kind).to.equal('up');
  });

  it('forgets the prompt of a console that was lost, and gives a device that starts time to say so', async () => {
    const { line, clock, dialog } = open([['\r', '\r\nroot@edge1:~# ']], shell);
    await clock.run(dialog.classify(10_000));
    line.lose('closed by the far end');
    const typed = line.typed.length;
    const classifying = dialog.classify(10_000);
    clock.after(2_500, () => line.say('\r\nU-Boot 2023.01\r\n\r\nHit any key to stop autoboot:  3 '));
    expect((await clock.run(classifying)).state).to.equal('booting');
    expect(line.typed.slice(typed)).to.deep.equal([]);
  });

  it('wakes a device that stays silent when its console is back', async () => {
    const { line, clock, dialog } = open([], shell);
    line.lose('the console server restarts');
    line.onSent = () => clock.after(5, () => line.say('\r\nroot@edge1:~# '));
    expect((await clock.run(dialog.classify(10_000))).state).to.equal('exec');
    expect(line.typed).to.deep.equal(['\r']);
    expect(clock.monotonicMs()).to.be.at.least(LISTEN_BACK_MS);
  });

  it('finds the words behind an in-band transfer, without its replies', async () => {
    const { line, clock, dialog } = open(
      [
        ['\r', '\r\nroot@edge1:~# '],
        ['rx -c f\r', 'rx -c f\r\nrx: ready to receive f\r\nC'],
      ],
      shell,
    );
    await clock.run(dialog.classify(10_000));
    await clock.run(dialog.run({ send: 'rx -c f', ready: 'ready to receive', silenceMs: 10_000 }, {}, ['safe']));
    line.setMode('binary');
    for (const reply of ['C', '\x06', '\x06', '\x15', '\x06\r\npw-rc', '=0\r\nroot@edge1:~# ']) line.say(reply);
    line.setMode('dialogue');
    const reply = await clock.run(dialog.run({ success: '^pw-rc=0$', silenceMs: 10_000 }, {}, ['safe']));
    expect(reply.output).to.equal('pw-rc=0');
  });

  it('knows what stood on the line before it was claimed, and does not type at a question', async () => {
    const clock = new FakeClock();
    const line = new FakeLine();
    line.recentText = 'Router#copy tftp: flash:\r\nErase flash: before copying? [confirm]';
    const dialog = dialogOpener(clock)(line, router, new AbortController().signal);
    expect((await clock.run(dialog.classify(10_000))).state).to.equal('question');
    expect(line.typed).to.deep.equal([]);
  });
});
