import { expect } from 'chai';
import type { Exchange } from '../../../core/dialog-table.js';
import type { ExchangeResult, Prompt } from '../../../protocols/dialog/index.js';
import type { Case } from './run-exchange.js';
import { outputOf, run, runAll, says } from './run-exchange.js';
import { loader, shell } from './tables.js';

describe('ExchangeMachine: the answer', () => {
  const show: Exchange = { send: 'show clock', silenceMs: 5_000 };

  it('is without echo, prompt and empty lines around it, and has captures', () => {
    const { result, typed } = runAll({
      exchange: { ...show, capture: { hour: '^\\*?(\\d+):', none: 'nothing' } },
      device: says(['show clock\r', 'show clock\r\n\r\n*10:36:04 UTC\r\n\r\nsecond\r\n\r\nRouter#']),
    });
    expect(result).to.deep.equal({
      kind: 'answered',
      answer: {
        output: '*10:36:04 UTC\n\nsecond',
        state: { state: 'exec', text: 'Router#' },
        captures: { hour: '10' },
        questions: [],
        echoed: true,
      },
    });
    expect(typed).to.deep.equal(['show clock\r']);
  });

  const echoes: readonly (readonly [name: string, echo: string])[] = [
    ['behind a repeated prompt', '\rRouter#show clock and more of a long command\r\n'],
    ['wrapped over lines', 'show clock and\r\n more of a long command\r\n'],
    ['scrolled sideways', 'show clock and mor\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b\b$ and more of a long command\r\n'],
    ['cut by a log message', 'show clo*Sep 18 10:36:14.536: %LINK-3-UPDOWN: x\r\nck and more of a long command\r\n'],
    ['after late output', 'something late\r\nshow clock and more of a long command\r\n'],
  ];
  for (const [name, echo] of echoes) {
    it(`has no echo: ${name}`, () => {
      const { result } = runAll({
        exchange: { send: 'show clock and more of a long command', silenceMs: 5_000 },
        device: says(['show clock and more of a long command\r', `${echo}answer\r\nRouter#`]),
      });
      expect(outputOf(result).replace('something late\n', '')).to.equal('answer');
      expect(result.kind === 'answered' && result.answer.echoed).to.equal(true);
    });
  }

  it('keeps a line that equals a part of the command', () => {
    const { result } = runAll({
      exchange: show,
      device: says(['show clock\r', 'show clock\r\nshow\r\nclock\r\nRouter#']),
    });
    expect(outputOf(result)).to.equal('show\nclock');
  });

  it('comes from a device that does not echo, at once when that is known', () => {
    const device = says(['show clock\r', '10:36\r\nRouter#']);
    const { result } = runAll({ exchange: show, device });
    expect(outputOf(result)).to.equal('10:36');
    const silent = says(['show clock\r', '\r\nRouter#']);
    expect(run({ exchange: show, device: silent }, 'whole').elapsedMs).to.be.greaterThan(900);
    expect(run({ exchange: show, device: silent, echoless: true }, 'whole').elapsedMs).to.be.lessThan(200);
  });

  it('is not the prompt that came late from before', () => {
    const { result } = runAll({
      exchange: show,
      device: () => ({
        on: () => [
          [5, '\r\nRouter#'],
          [500, 'show clock\r\n10:36\r\nRouter#'],
        ],
      }),
    });
    expect(outputOf(result)).to.equal('10:36');
  });

  it('is without log messages', () => {
    const { result } = runAll({
      exchange: show,
      device: says([
        'show clock\r',
        'show clock\r\na\r\n*Sep 18 10:36:14.536: %LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up\r\n000012: b\r\nRouter#',
      ]),
    });
    expect(outputOf(result)).to.equal('a\n000012: b');
  });

  it('ends although a log message landed behind the prompt: one RETURN brings it again', () => {
    for (const covered of [
      'Router#*Sep 18 10:36:14.536: %LINK-3-UPDOWN: x\r\n',
      'Router#\r\n*Sep 18 10:36:14.536: %LINK-3-UPDOWN: x\r\n',
    ]) {
      const { result, typed } = runAll({
        exchange: show,
        device: says(['show clock\r', `show clock\r\n10:36\r\n${covered}`], ['\r', '\r\nRouter#']),
      });
      expect(outputOf(result)).to.equal('10:36');
      expect(typed).to.deep.equal(['show clock\r', '\r']);
    }
  });

  it('is not probed where more of it follows a line that looks like a prompt', () => {
    const { result, typed } = runAll({
      exchange: show,
      device: () => ({
        on: () => [
          [5, 'show clock\r\nRouter#\r\n'],
          [1_500, 'more\r\nRouter#'],
        ],
      }),
    });
    expect(outputOf(result)).to.equal('Router#\nmore');
    expect(typed).to.have.length(1);
  });

  it('comes through a pager', () => {
    const { result, typed } = runAll({
      exchange: show,
      device: says(
        ['show clock\r', 'show clock\r\nline 1\r\n --More-- '],
        [' ', '\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\bend\r\n --More-- '],
        [' ', '\r\x1b[Klast\r\nRouter#'],
      ),
    });
    expect(outputOf(result)).to.equal('line 1\nend\nlast');
    expect(typed).to.deep.equal(['show clock\r', ' ', ' ']);
  });

  it('is waited for while the device speaks, and not longer than its limits', () => {
    const dots = {
      on: (): readonly (readonly [number, string])[] => [
        [5, 'show clock\r\n'],
        ...new Array<readonly [number, string]>(20).fill([900, '.']),
      ],
    };
    const quiet = run({ exchange: { ...show, silenceMs: 1_000 }, device: () => dots }, 'whole');
    expect(quiet.result).to.deep.equal({ kind: 'silent', afterMs: 1_000 });
    expect(quiet.elapsedMs).to.be.closeTo(19_005, 100);
    const total = run({ exchange: { ...show, silenceMs: 1_000, totalMs: 5_000 }, device: () => dots }, 'whole');
    expect(total.result).to.deep.equal({ kind: 'timeout', afterMs: 5_000 });
    expect(total.elapsedMs).to.equal(5_000);
  });

  it('is listened for without typing, from what came before', () => {
    const { result, typed } = runAll({
      exchange: { silenceMs: 5_000, success: 'bytes copied' },
      before: '5248 bytes copied in 28.304 secs\r\n\r\nRouter#',
      device: () => ({}),
    });
    expect(outputOf(result)).to.equal('5248 bytes copied in 28.304 secs');
    expect(typed).to.deep.equal([]);
  });

  it('ends at a loader prompt only where it began there, or wants it', () => {
    const at: Case = {
      table: loader,
      before: '=> ',
      prompt: { state: 'loader', text: '=> ' },
      exchange: { send: 'version', silenceMs: 5_000 },
      device: says(['version\r', 'version\r\nU-Boot is here\r\n=> ']),
    };
    expect(outputOf(runAll(at).result)).to.equal('U-Boot is here');
    const fallen = runAll({ exchange: show, device: says(['show clock\r', 'show clock\r\nrommon 1 > ']) });
    expect(fallen.result).to.deep.equal({ kind: 'unexpected', prompt: { state: 'loader', text: 'rommon 1 > ' } });
  });

  it('works with a shell that asks for the cursor position at every prompt', () => {
    const prompt: Prompt = { state: 'exec', text: 'edge1:~# ' };
    const { result } = runAll({
      table: shell,
      before: '\x1b[6nedge1:~# ',
      prompt,
      exchange: { send: 'cat x; echo pw-rc=$?', success: '^pw-rc=0$', silenceMs: 5_000 },
      device: says(['cat x; echo pw-rc=$?\r', 'cat x; echo pw-rc=$?\r\nhello\r\npw-rc=0\r\n\x1b[6nedge1:~# \x1b[6n']),
    });
    expect(outputOf(result)).to.equal('hello\npw-rc=0');
  });
});

describe('ExchangeMachine: questions', () => {
  const copy: Exchange = { send: 'copy', silenceMs: 10_000 };

  it('are answered by key or by line, with slots and groups, and told', () => {
    const { result, typed } = runAll({
      exchange: copy,
      slots: { file: 'image.bin' },
      device: says(
        ['copy\r', 'copy\r\nProceed? [confirm]'],
        ['y', 'y\r\nSource filename []? '],
        ['image.bin\r', 'image.bin\r\nDestination filename [x]? '],
        ['\r', '\r\nCopy image2 again? '],
        ['again image2\r', 'again image2\r\nMax Retry Count [10]: '],
        ['\r', '\r\ndone\r\nRouter#'],
      ),
    });
    expect(typed).to.deep.equal(['copy\r', 'y', 'image.bin\r', '\r', 'again image2\r', '\r']);
    expect(result.kind === 'answered' && result.answer.questions).to.deep.equal([
      { id: 'go-on', text: 'Proceed? [confirm]', answer: 'y' },
      { id: 'source', text: 'Source filename []?', answer: 'image.bin' },
      { id: 'destination', text: 'Destination filename [x]?', answer: '' },
      { id: 'again', text: 'Copy image2 again?', answer: 'again image2' },
      { id: 'retries', text: 'Max Retry Count [10]:', answer: '' },
    ]);
    expect(outputOf(result))
      .to.match(/^Proceed\? \[confirm\]\nSource filename/)
      .and.match(/\ndone$/);
  });

  it('that are dangerous get a yes only with the intent', () => {
    const erase = 'copy\r\nErase flash: before copying? [confirm]';
    const device = says(['copy\r', erase], ['n', '\r\ncopied\r\nRouter#'], ['y', '\r\nerased\r\nRouter#']);
    expect(runAll({ exchange: copy, device }).typed).to.deep.equal(['copy\r', 'n']);
    expect(runAll({ exchange: copy, device, intents: ['erase'] }).typed).to.deep.equal(['copy\r', 'y']);
    const reload = runAll({
      exchange: copy,
      intents: ['safe', 'overwrite'],
      device: says(['copy\r', 'copy\r\nProceed with reload? [confirm]']),
    });
    expect(reload.result).to.deep.equal({
      kind: 'questionWithoutIntent',
      id: 'reload',
      text: 'Proceed with reload? [confirm]',
      intent: 'reload',
    });
    expect(reload.typed).to.deep.equal(['copy\r']);
    expect(reload.reader.tail).to.equal('Proceed with reload? [confirm]');
  });

  it('that no row knows are refused word for word', () => {
    for (const question of [
      'Do you really want this? ',
      'Sure? [confirm]',
      'Save? [yes/no]: ',
      'go on (y/n)',
      'Go on (yes,no) (no) ',
      'Format? [Y]es/[N]o: ',
      'Enter a new name: ',
    ]) {
      const { result, typed } = runAll({
        exchange: { ...copy, silenceMs: 30_000 },
        device: says(['copy\r', `copy\r\n${question}`]),
      });
      expect(result).to.deep.equal({ kind: 'unknownQuestion', text: question });
      expect(typed).to.deep.equal(['copy\r']);
    }
  });

  it('are not seen in output that pauses', () => {
    const { result } = runAll({
      exchange: { ...copy, silenceMs: 60_000 },
      device: () => ({
        on: () => [
          [5, 'copy\r\nLoading x from 10.0.0.1 (via GigabitEthernet0/0): '],
          [8_000, '!!!!'],
          [4_000, '!!\r\n[OK - 12 bytes]\r\nRouter#'],
        ],
      }),
    });
    expect(outputOf(result)).to.match(/OK - 12 bytes/);
  });

  it('asked again and again are not understood', () => {
    const { result, typed } = runAll({
      exchange: copy,
      device: () => ({ on: () => [[5, '\r\nDestination filename [x]? ']] }),
    });
    expect(result.kind).to.equal('unknownQuestion');
    expect(typed).to.have.length(6);
  });

  it('whose answer has no fitting value get none', () => {
    const { result, typed } = runAll({
      exchange: copy,
      slots: { file: 'two words' },
      device: says(['copy\r', 'copy\r\nSource filename []? ']),
    });
    expect(result.kind).to.equal('answerRefused');
    expect(typed).to.deep.equal(['copy\r']);
  });

  it('that stand before the command keep it from being typed', () => {
    const { result, typed } = run(
      { exchange: copy, before: 'Erase flash: before copying? [confirm]', device: () => ({}) },
      'whole',
    );
    expect(result.kind).to.equal('unknownQuestion');
    expect(typed).to.deep.equal([]);
  });
});

describe('ExchangeMachine: failures and restarts', () => {
  const go: Exchange = { send: 'go', silenceMs: 5_000 };
  const fails = (exchange: Exchange, text: string): ExchangeResult =>
    runAll({ exchange, device: says(['go\r', `go\r\n${text}Router#`]) }).result;

  it('keep the first cause', () => {
    const text = '%Error opening x (No such file)\r\n%Error copying\r\n';
    expect(fails(go, text)).to.deep.include({
      kind: 'failed',
      failure: { class: 'remoteFile', text: '%Error opening x (No such file)' },
    });
  });

  it("are looked for in the exchange's rows before the table's", () => {
    const own: Exchange = { ...go, failures: [{ pattern: 'Error', class: 'integrity' }] };
    expect(fails(own, '%Error copying\r\n')).to.deep.include({
      failure: { class: 'integrity', text: '%Error copying' },
    });
  });

  it('do not apply to data, and a missing success refuses', () => {
    const data: Exchange = { ...go, ignoreFailures: true };
    expect(outputOf(fails(data, '% Invalid input in a banner\r\n'))).to.equal('% Invalid input in a banner');
    expect(fails({ ...data, success: '^done$' }, 'nearly done\r\n')).to.deep.include({
      failure: { class: 'refused', text: 'nearly done' },
    });
    expect(fails({ ...data, success: '^done$' }, 'x\r\ndone\r\n').kind).to.equal('answered');
  });

  it('outlive silence: the cause is told, not the silence', () => {
    const { result } = runAll({ exchange: go, device: says(['go\r', 'go\r\n%Error copying\r\n']) });
    expect(result).to.deep.include({ kind: 'failed', failure: { class: 'transport', text: '%Error copying' } });
  });

  it('a restart ends it, nothing is typed, and its lines stay for the watch', () => {
    const { result, reader, typed } = runAll({
      exchange: go,
      device: () => ({
        on: () => [
          [5, 'go\r\nline\r\n\r\nSystem Bootstrap, Version 12.2\r\n'],
          [500, 'C2600 platform\r\nProceed? [confirm]'],
        ],
      }),
    });
    expect(result).to.deep.equal({ kind: 'bootStarted', text: 'System Bootstrap, Version 12.2' });
    expect(typed).to.deep.equal(['go\r']);
    expect(reader.takeLines()).to.deep.equal(['System Bootstrap, Version 12.2', 'C2600 platform']);
  });

  it('boot text that is only shown ends nothing', () => {
    const { result } = runAll({
      exchange: go,
      device: says(['go\r', 'go\r\nSystem Bootstrap, Version 12.2\r\nuptime is 1 day\r\nRouter#']),
    });
    expect(outputOf(result)).to.equal('System Bootstrap, Version 12.2\nuptime is 1 day');
  });

  it('a countdown that stands keeps it from being typed', () => {
    const test: Case = {
      table: shell,
      exchange: go,
      before: 'U-Boot 2023.01\r\nHit any key to stop autoboot:  3 ',
      device: () => ({}),
    };
    const { result, typed, reader } = run(test, 'whole');
    expect(result.kind).to.equal('bootStarted');
    expect(typed).to.deep.equal([]);
    expect(reader.takeLines()).to.deep.equal(['U-Boot 2023.01']);
  });

  it('a login prompt in the middle is a logout', () => {
    const { result } = runAll({
      exchange: go,
      device: says(['go\r', 'go\r\n\r\nPress RETURN to get started!\r\n\r\n\r\n']),
    });
    expect(result).to.deep.equal({
      kind: 'loggedOut',
      prompt: { state: 'pressReturn', text: 'Press RETURN to get started!' },
    });
  });

  it('ready ends it at a line, or at a tail that stands', () => {
    const copy: Exchange = { send: 'copy xmodem: x', ready: 'Ready to receive file\\.*|C$', silenceMs: 5_000 };
    const { result } = runAll({
      exchange: copy,
      device: () => ({ on: () => [[5, 'copy xmodem: x\r\nContinue? [confirm]']] }),
    });
    expect(result.kind).to.equal('unknownQuestion');
    const ready = runAll({
      exchange: copy,
      device: says(
        ['copy xmodem: x\r', 'copy xmodem: x\r\nContinue? [confirm]'],
        ['y', 'y\r\nReady to receive file...........C'],
      ),
    });
    expect(ready.result.kind).to.equal('answered');
    expect(ready.typed).to.deep.equal(['copy xmodem: x\r', 'y']);
  });
});
