/**
 * Real dialogues, read in place, said by a device that waits for what a person typed there.
 * Their origin stands in the folder's own SOURCES.md.
 */
import { expect } from 'chai';
import type { Exchange, Intent } from '../../../core/dialog-table.js';
import { fillTemplate } from '../../../core/template.js';
import { BootWatchMachine, CompiledTable, ExchangeMachine, TextReader } from '../../../protocols/dialog/index.js';
import type { BootResult } from '../../../core/ports/dialog.js';
import type { Answer } from '../../../protocols/dialog/index.js';
import { transcript } from '../../support/transcripts.js';
import { router, routerBoot } from './tables.js';
import { CUTTINGS, simulate } from './simulate.js';
import type { Cutting, Device } from './simulate.js';

/** A person's answers stand behind these in the transcripts. */
const ASKS = /(?:\[confirm\]|\]\? |\]\?|\[10\]: )[^\n]*(?=\n|$)/g;

/** The text in pieces, each up to a question; what the person typed behind it is left out. */
function pieces(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(ASKS)) {
    const question = /^(?:\[confirm\]|\]\? ?|\[10\]: )/.exec(match[0])?.[0] ?? '';
    parts.push(text.slice(from, match.index) + question);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}

/** Says the next piece at each thing typed, after its echo. */
function replaying(parts: readonly string[]): Device {
  let next = 0;
  return {
    on: (typed) => {
      const part = parts[next++];
      return part === undefined ? [] : [[20, typed.replace('\r', '') + part.replaceAll('\n', '\r\n')]];
    },
  };
}

function exchange(
  how: Exchange,
  parts: readonly string[],
  cutting: Cutting,
  intents: readonly Intent[],
): { answer: Answer; typed: readonly string[] } {
  const reader = new TextReader();
  const machine = new ExchangeMachine({
    exchange: how,
    command: how.send ?? '',
    table: new CompiledTable(router),
    reader,
    intents,
    fill: (template, groups) => fillTemplate(template, { file: 'staging-startup-config', ...groups }),
    prompt: { state: 'exec', text: 'Router#' },
  });
  const { result, typed } = simulate(machine, reader, replaying(parts), cutting);
  if (result.kind !== 'answered') throw new Error(`ended ${result.kind}`);
  return { answer: result.answer, typed };
}

/** The part of a transcript from a command at a prompt to the prompt after its answer. */
function dialogue(text: string, command: string): string[] {
  const from = text.indexOf(command) + command.length;
  const rest = text.slice(from);
  const end = /^[\w.-]+#(?= ?\S|$)/m.exec(rest);
  return pieces(end === null ? rest : rest.slice(0, end.index + end[0].trimEnd().length));
}

for (const cutting of CUTTINGS) {
  describe(`replayed dialogues, ${cutting}`, () => {
    it('a copy by XMODEM, up to the transfer and after it', function () {
      const text = transcript(this, 'cisco_ios/copy_xmodem_ios_router.txt');
      const send = 'copy xmodem: flash0:/staging-startup-config';
      const [before = '', after = ''] = text.split('Ready to receive file...........C');
      const start = exchange(
        { send, ready: 'Ready to receive file\\.*', silenceMs: 10_000 },
        dialogue(`${before}Ready to receive file...........C`, send),
        cutting,
        ['safe'],
      );
      expect(start.typed).to.deep.equal([`${send}\r`, 'y', 'staging-startup-config\r', '\r', 'y', '\r', 'n', 'y']);
      expect(start.answer.questions.map(({ id }) => id)).to.deep.equal([
        'go-on',
        'source',
        'destination',
        'crc',
        'retries',
        'validate',
        'go-on',
      ]);

      const reader = new TextReader();
      const machine = new ExchangeMachine({
        exchange: { success: 'bytes copied in', capture: { bytes: '(\\d+) bytes copied' }, silenceMs: 10_000 },
        table: new CompiledTable(router),
        reader,
        intents: ['safe'],
        fill: (template) => template,
      });
      const tail = after.slice(0, after.indexOf('Router#') + 'Router#'.length).replaceAll('\n', '\r\n');
      const { result } = simulate(machine, reader, { first: [[500, tail]] }, cutting);
      expect(result.kind === 'answered' && result.answer.captures).to.deep.equal({ bytes: '5248' });
    });

    it('a copy by TFTP, a listing, and the reload', function () {
      const text = transcript(this, 'cisco_ios/copy_tftp_c1900_and_reload.txt');
      const send = 'copy tftp://192.168.1.101/c1900-universalk9-mz.SPA.157-3.M8.bin flash:';
      const copy = exchange(
        { send, success: '\\[OK - \\d+ bytes\\]', capture: { bytes: '(\\d+) bytes copied' }, silenceMs: 60_000 },
        dialogue(text, send),
        cutting,
        ['safe'],
      );
      expect(copy.typed).to.deep.equal([`${send}\r`, '\r']);
      expect(copy.answer.captures).to.deep.equal({ bytes: '85053068' });
      const dir = exchange(
        { send: 'dir flash:', capture: { free: '\\((\\d+) bytes free\\)' }, silenceMs: 60_000 },
        dialogue(text, 'dir flash:'),
        cutting,
        ['safe'],
      );
      expect(dir.answer.captures).to.deep.equal({ free: '176078848' });
      expect(dir.answer.output.split('\n')).to.have.length(7);
      const reload = exchange(
        { send: 'reload', ready: '%SYS-5-RELOAD', silenceMs: 60_000 },
        dialogue(text, 'Router#reload'),
        cutting,
        ['safe', 'reload'],
      );
      expect(reload.typed).to.deep.equal(['reload\r', 'y']);
      expect(reload.answer.state.state).to.equal('booting');
    });

    it('a copy that erases first', function () {
      const text = transcript(this, 'cisco_ios/copy_tftp_c3640_erase_first.txt');
      const send = 'copy tftp://172.22.1.203/software/c3640-ik9s-mz.122-23a.bin flash:';
      const copy = exchange(
        { send, success: '\\d+ bytes copied in', silenceMs: 60_000 },
        dialogue(text, send),
        cutting,
        ['safe', 'erase'],
      );
      expect(copy.typed).to.deep.equal([`${send}\r`, '\r', 'y', 'y']);
      expect(copy.answer.questions.map(({ id }) => id)).to.deep.equal(['destination', 'erase', 'erase-all']);
      expect(copy.answer.output).to.match(/Verifying checksum\.\.\. {2}OK/);
    });

    it('a boot that ends at the setup dialogue, and one whose prompt is covered by log messages', function () {
      const yaml = transcript(this, 'cisco_ios/ios_mock_reload.yaml');
      const block = (state: string): string => {
        const part = yaml.slice(yaml.indexOf(`${state}:\n`));
        const lines = part.slice(part.indexOf('response: |\n') + 'response: |\n'.length).split('\n');
        const end = lines.findIndex((line) => line !== '' && !line.startsWith('        '));
        return lines
          .slice(0, end)
          .map((line) => line.slice(8))
          .join('\r\n');
      };
      const setup = watch(
        `${block('reload_confirm_prompt')}\r\nWould you like to enter the initial configuration dialog? [yes/no]: `,
        cutting,
      );
      expect(setup.kind === 'up' && setup.state.state).to.equal('setup');
      expect(setup.text).to.contain('8 Ethernet interfaces');
      const covered = watch(`System Bootstrap, Version 1\r\n${block('press_return_followed_by_console_log')}`, cutting);
      expect(covered.kind === 'up' && covered.state).to.deep.equal({ state: 'user', text: 'Router>' });
    });

    it('a boot of a 2911 that is cut off before its end', function () {
      const text = transcript(this, 'cisco_ios/boot_c2911.txt').replaceAll('\n', '\r\n');
      const result = watch(text.slice(text.indexOf('System Bootstrap')), cutting);
      expect(result).to.include({ kind: 'silent', boots: 1 });
    });
  });
}

function watch(text: string, cutting: Cutting): BootResult {
  const reader = new TextReader();
  const machine = new BootWatchMachine({
    boot: routerBoot,
    table: new CompiledTable(router),
    reader,
    silenceMs: 60_000,
    capMs: 900_000,
  });
  return simulate(machine, reader, { first: [[100, text]] }, cutting).result;
}
