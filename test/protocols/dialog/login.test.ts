import { expect } from 'chai';
import type { DialogTable, LoginTable } from '../../../core/dialog-table.js';
import type { Credentials } from '../../../core/ports/secrets.js';
import { CompiledTable, LoginMachine, TextReader } from '../../../protocols/dialog/index.js';
import type { LoginResult, Prompt } from '../../../protocols/dialog/index.js';
import { router, routerLogin, shell } from './tables.js';
import { CUTTINGS, scripted, simulate } from './simulate.js';
import type { Simulated } from './simulate.js';

const ALL: Credentials = { username: 'admin', password: 'pw1', enable: 'pw2' };

function login(
  prompt: Prompt,
  script: readonly (readonly [string, string])[],
  credentials: Credentials = ALL,
  [table, how]: readonly [DialogTable, LoginTable] = [router, routerLogin],
): Simulated<LoginResult> {
  const runs = CUTTINGS.map((cutting) => {
    const reader = new TextReader();
    reader.push(new TextEncoder().encode(prompt.text));
    const machine = new LoginMachine({ table: new CompiledTable(table), reader, login: how, credentials, prompt });
    return simulate(machine, reader, { on: scripted(script) }, cutting);
  });
  for (const run of runs) {
    expect(run.result).to.deep.equal(runs[0]!.result);
    expect(run.typed).to.deep.equal(runs[0]!.typed);
  }
  return runs[0]!;
}

const at = (state: Prompt['state'], text: string): Prompt => ({ state, text });

describe('LoginMachine', () => {
  it('goes through Press RETURN, setup, user name, password and enable', () => {
    const { result, typed } = login(at('pressReturn', 'Press RETURN to get started!'), [
      ['\r', '\r\nWould you like to enter the initial configuration dialog? [yes/no]: '],
      ['no\r', 'no\r\n\r\nPress RETURN to get started!\r\n\r\n'],
      ['\r', '\r\n% Access denied to nobody yet\r\nUsername: '],
      ['admin\r', 'admin\r\nPassword: '],
      ['pw1\r', '\r\n\r\nRouter>'],
      ['enable\r', 'enable\r\nPassword: '],
      ['pw2\r', '\r\nRouter#'],
    ]);
    expect(result).to.deep.equal({ kind: 'in', prompt: at('exec', 'Router#') });
    expect(typed).to.deep.equal(['\r', 'no\r', '\r', 'admin\r', 'pw1\r', 'enable\r', 'pw2\r']);
  });

  it('is there at once at the op prompt', () => {
    expect(login(at('exec', 'Router#'), []).typed).to.deep.equal([]);
    const user: LoginTable = { op: 'user', prepare: [], failures: [] };
    expect(login(at('user', 'Router>'), [], ALL, [router, user]).result.kind).to.equal('in');
  });

  it('leaves configuration mode where the driver says how, once', () => {
    const found = at('config', 'Router(config)#');
    const leaving: LoginTable = { op: 'exec', prepare: [], failures: [], leaveConfig: 'end' };
    const { result, typed } = login(found, [['end\r', 'end\r\nRouter#']], ALL, [router, leaving]);
    expect({ result, typed }).to.deep.equal({
      result: { kind: 'in', prompt: at('exec', 'Router#') },
      typed: ['end\r'],
    });
    const stays = login(found, [['end\r', 'end\r\nRouter(config)#']], ALL, [router, leaving]);
    expect(stays.result.kind).to.equal('unexpected');
  });

  it('gives no password to the login that its own wake-up began', () => {
    const { result, typed } = login(at('password', 'Password: '), [
      ['\r', '\r\n% Login invalid\r\n\r\nUsername: '],
      ['admin\r', 'admin\r\nPassword: '],
      ['pw1\r', '\r\n\r\nRouter#'],
    ]);
    expect(result.kind).to.equal('in');
    expect(typed).to.deep.equal(['\r', 'admin\r', 'pw1\r']);
  });

  it('gives it to a device that asks for nothing else', () => {
    const asked = at('password', 'Password: ');
    const script = [
      ['\r', '\r\n% Bad passwords\r\nPassword: '],
      ['pw1\r', '\r\n\r\nRouter#'],
    ] as const;
    expect(login(asked, script).typed).to.deep.equal(['\r', 'pw1\r']);
    expect(login(asked, [script[1]], { password: 'pw1' }).typed).to.deep.equal(['pw1\r']);
  });

  it("tells a refusal in the device's words, after one try", () => {
    const { result, typed } = login(at('login', 'Username: '), [
      ['admin\r', 'admin\r\nPassword: '],
      ['pw1\r', '\r\n% Login invalid\r\n\r\nUsername: '],
    ]);
    expect(result).to.deep.equal({ kind: 'failed', text: '% Login invalid' });
    expect(typed).to.deep.equal(['admin\r', 'pw1\r']);
    const again = login(
      at('login', 'edge1 login: '),
      [
        ['admin\r', 'admin\r\nPassword: '],
        ['pw1\r', '\r\n\r\nno such thing\r\nedge1 login: '],
      ],
      ALL,
      [shell, { op: 'exec', prepare: [], failures: [] }],
    );
    expect(again.result).to.deep.equal({ kind: 'failed', text: 'no such thing' });
    expect(again.typed).to.deep.equal(['admin\r', 'pw1\r']);
  });

  it('types no enable password twice', () => {
    const { result, typed } = login(at('user', 'Router>'), [
      ['enable\r', 'enable\r\nPassword: '],
      ['pw2\r', '\r\nPassword: '],
    ]);
    expect(result).to.deep.equal({ kind: 'failed', text: 'it asked again' });
    expect(typed).to.deep.equal(['enable\r', 'pw2\r']);
  });

  it('says what is missing', () => {
    expect(login(at('login', 'Username: '), [], {}).result.kind).to.equal('failed');
    expect(login(at('password', 'Password: '), [], { username: 'admin' }).result.kind).to.equal('failed');
    const plain = login(at('user', 'edge1$ '), [], ALL, [shell, { op: 'exec', prepare: [], failures: [] }]);
    expect(plain.result).to.deep.equal({ kind: 'unexpected', found: at('user', 'edge1$ ') });
  });

  it('stops at a loader, a boot, a question or silence', () => {
    expect(login(at('loader', 'rommon 1 > '), []).result.kind).to.equal('unexpected');
    const first = ['admin\r', 'admin\r\nPassword: '] as const;
    const boot = login(at('login', 'Username: '), [first, ['pw1\r', '\r\nSystem Bootstrap, Version 1\r\n']]);
    expect(boot.result).to.deep.equal({
      kind: 'unexpected',
      found: { state: 'booting', text: 'System Bootstrap, Version 1' },
    });
    const asks = login(at('login', 'Username: '), [first, ['pw1\r', '\r\nAccept the terms? (yes/no) ']]);
    expect(asks.result).to.deep.include({ kind: 'unexpected' });
    expect(login(at('login', 'Username: '), [first]).result).to.deep.equal({ kind: 'silent', afterMs: 30_000 });
  });
});
