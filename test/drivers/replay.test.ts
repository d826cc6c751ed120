/**
 * Recorded dialogues, read in place and said by a device that waits for what a person typed there, against the drivers' own
 * tables. Whole, one byte at a time, and one byte a millisecond must give the same.
 */
import { expect } from 'chai';
import type { Exchange, Intent } from '../../core/dialog-table.js';
import type { Driver } from '../../core/driver.js';
import type { TransferProcedure } from '../../core/transfer-procedure.js';
import { fillPattern, fillTemplate } from '../../core/template.js';
import { DRIVERS } from '../../drivers/index.js';
import { ciscoIosXe } from '../../drivers/cisco-iosxe/driver.js';
import { extremeExos } from '../../drivers/extreme-exos/driver.js';
import { BootWatchMachine, CompiledTable, ExchangeMachine, TextReader } from '../../protocols/dialog/index.js';
import type { ExchangeResult } from '../../protocols/dialog/index.js';
import { CUTTINGS, simulate } from '../protocols/dialog/simulate.js';
import type { Cutting, Says } from '../protocols/dialog/simulate.js';
import { transcript, transcriptFiles } from '../support/transcripts.js';

const FOLDERS: Readonly<Record<string, string>> = {
  'cisco-ios': 'cisco_ios',
  'cisco-iosxe': 'cisco_iosxe',
  'extreme-exos': 'extreme_exos',
  linux: 'linux',
};

/** What a table sees in a text: finished lines, and what stands at each of their ends and at the end of all. */
function seen(table: CompiledTable, text: string, chunk: number): readonly string[] {
  const reader = new TextReader();
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += chunk) reader.push(bytes.subarray(at, at + chunk));
  const lines = [...reader.takeLines(), reader.tail];
  return lines.map((line) => {
    const state = table.prompt(line)?.state ?? table.question(line)?.row.id ?? table.failure(line)?.class ?? '';
    return `${state} ${String(table.isBoot(line))} ${line}`;
  });
}

describe('recorded output, one byte at a time', () => {
  for (const driver of DRIVERS) {
    const folder = FOLDERS[driver.id];
    if (folder === undefined) continue;
    it(`${folder} reads the same to ${driver.id}`, function () {
      const table = new CompiledTable(driver.dialog);
      for (const file of transcriptFiles(this, folder)) {
        const text = transcript(this, file).replace(/\r?\n/g, '\r\n');
        expect(seen(table, text, 1), file).to.deep.equal(seen(table, text, text.length));
        expect(seen(table, text, 7), file).to.deep.equal(seen(table, text, text.length));
      }
    });
  }
});

const SLOTS = {
  server: '10.10.105.200',
  serverPort: 8080,
  serverUser: 'once',
  serverPassword: 'secret-once',
  remoteFile: 'r4nd0m/summitX-16.2.5.4-patch1-31.xos',
  file: 'summitX-16.2.5.4-patch1-31.xos',
  slot: 'primary',
  otherSlot: 'secondary',
  'property.vr': 'VR-Mgmt',
};

interface Talk {
  readonly driver: Driver;
  readonly exchange: Exchange;
  readonly intents: readonly Intent[];
  readonly prompt: string;
  readonly on: (typed: string) => Says;
}

function talk({ driver, exchange, intents, prompt, on }: Talk, cutting: Cutting): [ExchangeResult, readonly string[]] {
  const reader = new TextReader();
  reader.push(new TextEncoder().encode(prompt));
  const capture = Object.entries(exchange.capture ?? {}).map(([name, text]) => [name, fillPattern(text, SLOTS)]);
  const machine = new ExchangeMachine({
    exchange: {
      ...exchange,
      ...(exchange.success === undefined ? {} : { success: fillPattern(exchange.success, SLOTS) }),
      capture: Object.fromEntries(capture) as Record<string, string>,
    },
    command: fillTemplate(exchange.send ?? '', SLOTS),
    table: new CompiledTable(driver.dialog),
    reader,
    intents,
    fill: (template, groups) => fillTemplate(template, { ...SLOTS, ...groups }),
    prompt: { state: 'exec', text: prompt },
  });
  const { result, typed } = simulate(machine, reader, { on }, cutting);
  return [result, typed];
}

/** Says the pieces one after the other, each after the echo of what was typed. */
function pieces(parts: readonly string[], echo = (typed: string): string => typed.replace('\r', '\r\n')) {
  let next = 0;
  return (typed: string): Says => {
    const part = parts[next++];
    return part === undefined ? [] : [[20, echo(typed) + part.replaceAll('\n', '\r\n')]];
  };
}

function first(procedure: TransferProcedure): Exchange {
  if (procedure.direction !== 'devicePulls') throw new Error('not pulled');
  return procedure.exchanges[0] ?? { silenceMs: 1 };
}

for (const cutting of CUTTINGS) {
  describe(`replayed drivers, ${cutting}`, () => {
    const upgrade = (text: string): readonly [string, string] => {
      const from = text.indexOf('<cr> - cancel) ') + '<cr> - cancel) '.length;
      const question = text.slice(text.indexOf('Do you want to install'), from);
      return [question, text.slice(from + 'Yes'.length, text.indexOf('x670.16 # ') + 'x670.16 # '.length)];
    };

    it('an X670 installs to the other partition; the key alone is enough', function () {
      const [question, rest] = upgrade(transcript(this, 'extreme_exos/upgrade_x670_15.4_to_16.2.txt'));
      const on = pieces([question, `Yes\n${rest}`], (typed) => (typed === 'y' ? '' : typed.replace('\r', '\r\n')));
      const exchange = first(extremeExos.transfers.tftp);
      const [result, typed] = talk(
        { driver: extremeExos, exchange, intents: ['safe', 'overwrite'], prompt: 'x670.14 # ', on },
        cutting,
      );
      expect(result.kind).to.equal('answered');
      expect(typed).to.deep.equal([
        'download image 10.10.105.200 r4nd0m/summitX-16.2.5.4-patch1-31.xos vr VR-Mgmt secondary\r',
        'y',
      ]);
    });

    it('a switch that reads lines gets the RETURN as well', function () {
      const [question, rest] = upgrade(transcript(this, 'extreme_exos/upgrade_x670_15.4_to_16.2.txt'));
      const on = pieces([question, '', rest], (typed) => typed.replace('\r', '\r\n'));
      const exchange = first(extremeExos.transfers.tftp);
      const [result, typed] = talk(
        { driver: extremeExos, exchange, intents: ['safe', 'overwrite'], prompt: 'x670.14 # ', on },
        cutting,
      );
      expect(result.kind).to.equal('answered');
      expect(typed.slice(1)).to.deep.equal(['y', '\r']);
    });

    it('without the intent it is downloaded and not installed', function () {
      const [question] = upgrade(transcript(this, 'extreme_exos/upgrade_x670_15.4_to_16.2.txt'));
      const on = pieces([question, 'No\nx670.15 # '], (typed) => (typed === 'n' ? '' : typed.replace('\r', '\r\n')));
      const exchange = first(extremeExos.transfers.tftp);
      const [result, typed] = talk(
        { driver: extremeExos, exchange, intents: ['safe'], prompt: 'x670.14 # ', on },
        cutting,
      );
      expect(result.kind).to.equal('failed');
      expect(typed[1]).to.equal('n');
    });

    it('an install to another partition than the one that was meant is no success', function () {
      const text = transcript(this, 'extreme_exos/download_url_list_x870.txt');
      const rest = text.slice(text.indexOf('Downloading https')).trimEnd() + ' ';
      const exchange = first(extremeExos.transfers.http);
      const prompt = '* (Software Update Required) X870-96x-8c.1 # ';
      const answer = (slot: string) =>
        talk(
          {
            driver: extremeExos,
            exchange,
            intents: ['safe', 'overwrite'],
            prompt,
            on: pieces([rest.replace('primary', slot)]),
          },
          cutting,
        )[0].kind;
      expect(answer('primary')).to.equal('failed');
      expect(answer('secondary')).to.equal('answered');
    });

    it('show version images proves the file on the partition', function () {
      const text = transcript(this, 'extreme_exos/upgrade_x670_15.4_to_16.2.txt');
      const from = text.indexOf('show version images');
      const rows = text.slice(text.indexOf('\n', from) + 1, text.indexOf('x670.17 # ') + 'x670.17 # '.length);
      const { exchange } = extremeExos.verify;
      const ask = (shown: string) =>
        talk({ driver: extremeExos, exchange, intents: ['safe'], prompt: 'x670.16 # ', on: pieces([shown]) }, cutting);
      expect(ask(rows)[0].kind).to.equal('answered');
      expect(ask(rows.replace(/^Switch secondary.*\n/m, ''))[0].kind).to.equal('failed');
    });

    it('a Catalyst 3850 whose boot loader upgrades itself boots once, and says so', function () {
      const boot = transcript(this, 'cisco_iosxe/cat3k_rommon_boot.txt');
      const reader = new TextReader();
      const machine = new BootWatchMachine({
        boot: ciscoIosXe.boot,
        table: new CompiledTable(ciscoIosXe.dialog),
        reader,
        silenceMs: 300_000,
        capMs: ciscoIosXe.boot.capMs,
      });
      const text = `${boot}\nPress RETURN to get started!\n\n`.replaceAll('\n', '\r\n');
      const on = (typed: string): Says => (typed === '\r' ? [[50, '\r\nSwitch>']] : []);
      const { result, stories, typed } = simulate(machine, reader, { first: [[0, text]], on }, cutting);
      expect(result).to.include({ kind: 'up' });
      expect(typed).to.deep.equal(['\r']);
      expect(stories).to.include.members(['Boot loader upgrading', 'Image decompressed', 'Device loaded']);
    });

    it('nothing is typed while a 9300 counts down', function () {
      const text = transcript(this, 'cisco_iosxe/c9k_boot_rommon.txt').replaceAll('\n', '\r\n');
      const reader = new TextReader();
      const machine = new BootWatchMachine({
        boot: ciscoIosXe.boot,
        table: new CompiledTable(ciscoIosXe.dialog),
        reader,
        silenceMs: 60_000,
        capMs: ciscoIosXe.boot.capMs,
      });
      const { result, typed } = simulate(machine, reader, { first: [[0, text]] }, cutting);
      expect([result.kind, typed]).to.deep.equal(['silent', []]);
    });
  });
}

describe('an EXOS boot', () => {
  for (const cutting of CUTTINGS) {
    it(`waits for the line that says logins work, ${cutting}`, () => {
      const reader = new TextReader();
      const machine = new BootWatchMachine({
        boot: extremeExos.boot,
        table: new CompiledTable(extremeExos.dialog),
        reader,
        silenceMs: 300_000,
        capMs: extremeExos.boot.capMs,
      });
      const firstWords: Says = [
        [1_000, 'Booting secondary image\r\n'],
        [20_000, 'Starting ExtremeXOS 16.2.5.4\r\n\r\n(pending-AAA) login: '],
        [90_000, '\r\nAuthentication Service (AAA) on the master node is now available for login.\r\n'],
      ];
      const on = (typed: string): Says => (typed === '\r' ? [[30, '\r\nlogin: ']] : []);
      const { result, typed } = simulate(machine, reader, { first: firstWords, on }, cutting);
      expect(result.kind === 'up' && result.state.state).to.equal('login');
      expect(typed).to.deep.equal(['\r']);
    });
  }
});
